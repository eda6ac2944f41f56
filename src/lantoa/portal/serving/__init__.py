"""How pages for everybody are handed out: what may be kept of them, where and for how long (ADR 45)."""
