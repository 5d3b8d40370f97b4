"""What agents say themselves: their logs, and the probe from inside their containers."""
