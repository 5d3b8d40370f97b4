"""What a user can ask for, as functions with typed results. No printing, no prompting."""
