"""Who acts, and where: the current appointments of a user, read once a request."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from lantoa.kernel import clock
from lantoa.kernel.prepared import fetch
from lantoa.organizations.enums import Role

if TYPE_CHECKING:
    from lantoa.accounts.models import User


class HasPath(Protocol):
    """A unit, as far as authority needs to know one."""

    @property
    def pk(self) -> int:
        """The unit's number."""
        ...

    @property
    def path(self) -> str:
        """The unit's path as it stands today."""
        ...


@dataclass(frozen=True, slots=True)
class Grant:
    """One current appointment: a role at a unit, and the path and the name under which the unit stands today."""

    role: Role
    unit_id: int
    path: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class Actor:
    """A user with the authority of their current appointments; nothing else gives any.

    `user_id` is None for the system itself (`SYSTEM`), which holds no grant: only the clock and the demonstration's
    own bookkeeping act as it. `full_name` is the actor's own, empty where they hold no appointment. `unread` is how
    many notifications they have not read, which every page shows: it comes with the appointments, in the same query.
    """

    user_id: int | None
    person_id: int | None
    grants: tuple[Grant, ...] = ()
    full_name: str = ""
    unread: int = field(default=0, compare=False)

    @classmethod
    def of(cls, user: "User") -> "Actor":
        """The actor behind a signed-in user, from the appointments in force today (one query)."""
        return cls.of_account(user.pk)

    @classmethod
    def of_account(cls, user_id: int) -> "Actor":
        """The same by the user's number."""
        sql, parameters = rows_of("%s::bigint", [user_id])
        return cls.of_rows(user_id, fetch(sql, parameters))

    @classmethod
    def of_rows(cls, user_id: int, found: Sequence[tuple[Any, ...]]) -> "Actor":
        """The same from the rows of `rows_of`."""
        return cls(
            user_id=user_id,
            person_id=found[0][4] if found else None,
            grants=tuple(Grant(Role(role), unit_id, path, name) for role, unit_id, path, name, *_ in found),
            full_name=found[0][5] if found else "",
            unread=found[0][6] if found else 0,
        )

    def holds(self, roles: Iterable[Role], unit: HasPath) -> bool:
        """Whether the actor holds one of the roles at this very unit."""
        wanted = frozenset(roles)
        return any(grant.role in wanted and grant.unit_id == unit.pk for grant in self.grants)

    def holds_above(self, roles: Iterable[Role], unit: HasPath) -> bool:
        """Whether the actor holds one of the roles at this unit or at one above it."""
        wanted = frozenset(roles)
        return any(grant.role in wanted and unit.path.startswith(grant.path) for grant in self.grants)

    def paths(self, roles: Iterable[Role]) -> tuple[str, ...]:
        """The paths of the units where the actor holds one of the roles."""
        wanted = frozenset(roles)
        return tuple(dict.fromkeys(grant.path for grant in self.grants if grant.role in wanted))

    def unit_ids(self, roles: Iterable[Role]) -> tuple[int, ...]:
        """The units where the actor holds one of the roles."""
        wanted = frozenset(roles)
        return tuple(dict.fromkeys(grant.unit_id for grant in self.grants if grant.role in wanted))

    def own_and_superior_ids(self) -> tuple[int, ...]:
        """The units of the actor's appointments, whatever the role, and all units above them."""
        return tuple(dict.fromkeys(int(part) for grant in self.grants for part in grant.path.split(".") if part))


def rows_of(user: str, parameters: Sequence[int] = ()) -> tuple[str, list[int | dt.date]]:
    """The query whose rows make an actor (`Actor.of_rows`), and its parameters. `user` is SQL for the user's number,
    such as a column of a query within which this one stands."""
    sql, kept = _grants_query()
    given: dict[int | dt.date, Sequence[int | dt.date]] = {_USER: parameters, _DAY: [clock.today()]}
    places = [user if parameter == _USER else "%s" for parameter in kept]
    pieces = sql.split("%s")
    return "".join(map(str.__add__, pieces, [*places, ""])), [
        value for parameter in kept for value in given.get(parameter, [parameter])
    ]


_USER, _DAY = -1, dt.date(1, 1, 1)
"""They stand for the user and for today in the query that is compiled once."""


@cache
def _grants_query() -> tuple[str, tuple[int | dt.date, ...]]:
    """The query of `Actor.of` as SQL, and its parameters: each request asks it, and Django needs longer to write it
    than the database to answer it."""
    from lantoa.notifications.fillings import unread_count  # its models need the apps to be ready
    from lantoa.organizations.models import Appointment  # the models import querysets that know Actor

    rows = (
        Appointment.objects.in_force_on(_DAY)
        .filter(person__user=_USER, unit__in_force=True)
        .order_by("pk")
        .annotate(unread=unread_count("person__user"))
        .values_list("role", "unit_id", "unit__path", "unit__name", "person_id", "person__full_name", "unread")
    )
    sql, parameters = rows.query.sql_with_params()
    return sql, parameters


SYSTEM = Actor(user_id=None, person_id=None)
