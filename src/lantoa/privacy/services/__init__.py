"""Use cases of one person's data."""
