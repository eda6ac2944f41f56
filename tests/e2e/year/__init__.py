"""A year of a commission's work, chapter by chapter, as its people click it."""
