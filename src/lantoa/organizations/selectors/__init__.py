"""What is read over several models of organisations."""
