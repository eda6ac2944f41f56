"""The pages of sessions and sites."""
