"""Builds the programs of the control plane from pinned Go modules, once per user.

Only this package runs Go. It may write in the user's cache folder and nowhere else.
"""
