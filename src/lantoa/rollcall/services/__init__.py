"""What is done with phones, with what they send, with cards and walls, and with the server's epoch."""
