"""The command line: options in, use cases called, answers printed. The only package that knows click's commands."""
