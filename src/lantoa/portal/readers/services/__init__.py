"""The steps of readers and of those who decide about what they send."""
