"""What is read of phones, of the sites they take the roll at, and of what they sent."""
