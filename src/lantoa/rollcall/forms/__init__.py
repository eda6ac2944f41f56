"""What the pages about phones take."""
