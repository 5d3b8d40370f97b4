"""Pictures of real output for the docs: `python -m tests.screenshots` writes them into docs/img."""
