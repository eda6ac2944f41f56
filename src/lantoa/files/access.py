"""Who may read a stored file: the app that owns it says so."""

from collections.abc import Callable
from typing import Any

from lantoa.files.models import StoredFile

Resolver = Callable[[Any, StoredFile], bool]
"""Given the request's actor and a file: whether the app knows a reason why the actor may read it."""

RESOLVERS: list[Resolver] = []


def register(resolver: Resolver) -> None:
    """Let `resolver` open files; call it in `AppConfig.ready`. The same one twice counts once."""
    if resolver not in RESOLVERS:
        RESOLVERS.append(resolver)


def can_read(*, actor: Any, file: StoredFile) -> bool:
    """Whether any app opens the file to the actor; a file that nobody owns is closed to everybody."""
    return any(resolver(actor, file) for resolver in RESOLVERS)
