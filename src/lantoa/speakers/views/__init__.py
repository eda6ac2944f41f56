"""Pages of the speakers."""
