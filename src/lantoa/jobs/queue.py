"""How Procrastinate is set up."""

from procrastinate import App


def configure(app: App) -> None:
    """Called once the Django apps are ready; the tasks are found in each app's `tasks.py`."""
    app.perform_import_paths()
