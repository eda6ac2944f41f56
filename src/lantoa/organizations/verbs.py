"""The verbs of the table "Who may do what" that hold at a unit, each with the policy that decides it.

A page that says who may do what at a unit asks these policies and keeps no rule of its own. Upper apps register the
verbs that they decide in `AppConfig.ready`.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.functional import Promise

from lantoa.organizations.actors import Actor


class Decides(Protocol):
    """A policy about a unit."""

    def __call__(self, *, actor: Actor, unit: Any) -> bool:
        """Whether the actor may."""
        ...


@dataclass(frozen=True, slots=True)
class Verb:
    """One right at a unit: a stable key, what it is called, and the policy that decides who has it."""

    key: str
    label: str | Promise
    policy: Decides
    order: int = 100


_VERBS: dict[str, Verb] = {}


def register(verb: Verb) -> None:
    """Show the verb on the page of who may see a unit; a key that is known already is replaced."""
    _VERBS[verb.key] = verb


def every_verb() -> tuple[Verb, ...]:
    """All verbs, those about seeing first."""
    return tuple(sorted(_VERBS.values(), key=lambda verb: verb.order))
