"""Kubernetes objects as slim records: only the fields that are read, each of them nullable.

They are what the server's answers decode into, and what a snapshot file holds. Types outside the schema
(`items: null`, `containers: null`) occur on real servers, so every list may be None.
"""
