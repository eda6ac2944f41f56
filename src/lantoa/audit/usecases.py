"""What every use case has in common: one transaction, a known actor, and refusals that stay on record."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

from django.db import transaction

from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.kernel.prepared import fetch
from lantoa.kernel.refusals import Refusal

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class SupportsUser(Protocol):
    """Whoever acts: a person's actor, or the system's."""

    @property
    def user_id(self) -> int | None:
        """The signed-in user; None for the system."""


def name_actor(user_id: int | None) -> None:
    """Tell the database who acts, until the end of the transaction: the triggers write it down."""
    fetch("SELECT set_config('lantoa.actor', %s, true)", [str(user_id or "")])


def use_case(service: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Run `service` whole or not at all.

    The service takes `actor` by keyword. A Refusal undoes everything and is itself recorded, in a transaction of its
    own, under the service's name; then it goes on to the caller.
    """
    action = f"{service.__module__.split('.')[1]}.{service.__name__.lstrip('_')}"

    @wraps(service)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        actor = kwargs["actor"]
        user_id: int | None = getattr(actor, "user_id", None)
        try:
            with transaction.atomic():
                name_actor(user_id)
                return service(*args, **kwargs)
        except Refusal as refusal:
            _record_refusal(action=action, user_id=user_id, refusal=refusal, arguments=kwargs)
            raise

    return run


def _record_refusal(*, action: str, user_id: int | None, refusal: Refusal, arguments: dict[str, Any]) -> None:
    concerned = next((value for value in arguments.values() if hasattr(value, "_meta")), None)
    unit = getattr(concerned, "audited_unit", None)
    Entry.objects.create(
        actor_id=user_id,
        action=action,
        outcome=Outcome.REFUSED,
        code=refusal.code,
        object_type=concerned._meta.label_lower if concerned is not None else "",
        object_id=str(concerned.pk or "") if concerned is not None else "",
        unit_id=getattr(unit, "pk", None),
        unit_path=getattr(unit, "path", ""),
    )
