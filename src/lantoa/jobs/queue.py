"""How Procrastinate is set up: tasks live in each app's `tasks.py` and are deferred by name, in the transaction of
their cause."""

from typing import Any

from procrastinate import App
from procrastinate.contrib.django import app

__all__ = ["app", "configure", "defer"]


def configure(app: App) -> None:
    """Called once the Django apps are ready; the tasks are found in each app's `tasks.py`."""
    app.perform_import_paths()


def defer(task_name: str, *, lock: str | None = None, **arguments: Any) -> int:
    """Enqueue a task in the present transaction: it runs after the commit, and never after a rollback.

    `lock` runs tasks of the same lock one after the other. Returns the number of the queued job. A name that no
    `tasks.py` has raises TaskNotFound.
    """
    deferrer = app.configure_task(task_name, allow_unknown=False, lock=lock)
    return deferrer.defer(**arguments)
