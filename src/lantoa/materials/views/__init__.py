"""The pages of the library, split by noun."""
