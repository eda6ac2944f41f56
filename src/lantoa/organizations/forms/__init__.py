"""The forms of organisations."""
