"""The search of a portal: over its articles and documents together, and what is suggested while somebody types."""
