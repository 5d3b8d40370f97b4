"""Desired against live: what would be created, changed, left or refused, as a diff without Secret values."""
