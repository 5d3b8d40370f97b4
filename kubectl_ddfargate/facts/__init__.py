"""Pure answers about a Snapshot, each with the reason for it. No input, no output, no opinion on severity."""
