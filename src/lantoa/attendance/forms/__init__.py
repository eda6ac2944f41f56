"""Shapes of what the pages of the roll-call send."""
