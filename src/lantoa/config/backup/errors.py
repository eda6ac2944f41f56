"""What stops a backup or a restore."""


class BackupError(Exception):
    """The backup or the restore cannot go on; the message says why and what to do."""
