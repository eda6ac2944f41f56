"""The campaigns of one unit beside each other, in the order of time: counts alone, never a person's part in several."""
