"""Reads over rolls, coverage and what is to be decided."""
