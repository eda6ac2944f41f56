"""Documents on paper: one description of what is said, set as PDF by typst or written for Word (ADR 32)."""
