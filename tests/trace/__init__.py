"""`doctor TYPE/NAME`: one workload, end to end."""
