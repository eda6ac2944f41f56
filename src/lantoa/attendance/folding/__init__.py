"""Marks folded into states, and states into coverage."""
