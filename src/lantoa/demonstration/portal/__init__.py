"""What the demonstration shows on its portal."""
