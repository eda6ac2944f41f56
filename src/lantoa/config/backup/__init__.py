"""Backup and restore: one sealed file that holds the database and the stored files as they stood at one moment.

The format is written down in docs/adr/0040-backups-are-one-sealed-file.md, since it will be read years later.
"""
