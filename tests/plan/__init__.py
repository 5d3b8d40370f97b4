"""Plans: what is compared, what is hidden, and the same on the real API server."""
