"""The story of one directive, chapter by chapter, as its people click it."""
