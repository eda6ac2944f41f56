"""Use cases of the roll-call."""
