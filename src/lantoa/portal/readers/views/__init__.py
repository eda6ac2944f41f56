"""The pages on which readers send something, and the pages of those who decide about it."""
