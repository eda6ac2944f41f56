"""The pages of the roll-call by phones."""
