"""What is done with phones, with what they send, and with the server's epoch."""
