"""The use cases of organisations, one function each."""
