"""Tests of what `make dist archive` built, as a user gets it. Only where BUILT names its folder (conftest.py)."""
