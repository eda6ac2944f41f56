"""The pages of the roll-call and of coverage."""
