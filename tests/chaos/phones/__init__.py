"""The chaos of the roll-call: the real page in a real browser, a network that does its worst, the real application."""
