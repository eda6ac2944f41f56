"""Writing to the log."""

from typing import Any, Protocol

from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.audit.usecases import SupportsUser


class SupportsPath(Protocol):
    """A unit, as far as the log needs to know one."""

    pk: Any
    path: Any


def record(
    *,
    actor: SupportsUser,
    action: str,
    about: Any,
    unit: SupportsPath | None,
    outcome: Outcome = Outcome.DONE,
    code: str = "",
    facts: dict[str, Any] | None = None,
) -> Entry:
    """Write one act down, in the transaction of the act itself.

    `code` says why a refused act was refused. `facts` are plain JSON and hold neither names nor contacts. Returns
    the entry.
    """
    return Entry.objects.create(
        actor_id=actor.user_id,
        action=action,
        outcome=outcome,
        code=code,
        object_type=about._meta.label_lower,
        object_id=str(about.pk),
        unit_id=unit.pk if unit else None,
        unit_path=unit.path if unit else "",
        facts=facts or {},
    )
