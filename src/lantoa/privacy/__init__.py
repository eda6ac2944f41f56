"""One person's data: what is held and why, erasure, retention, and the rights of whoever it is about."""
