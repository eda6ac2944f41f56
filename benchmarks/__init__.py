"""Measurements, one command each: `python -m benchmarks.<name>` prints figures and ratios."""
