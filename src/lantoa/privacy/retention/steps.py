"""What is due by kind and unit, and how one batch of it goes. Every batch is whole, in the caller's transaction."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.privacy.retention import accounts, imports, notifications, persons, queue, stored
from lantoa.privacy.retention.due import Due


@dataclass(frozen=True, slots=True)
class Step:
    """One kind that is let go: `key` names its period, `kind` the kind of record on the page of purposes.

    `due` gives what goes that ended before a day, by unit; `let_go` lets at most so many of it go and gives how many
    went, zero where nothing is left.
    """

    key: str
    kind: str
    label: str | Promise
    basis: str | Promise
    due: Callable[[dt.date], Iterable[Due]]
    let_go: Callable[[dt.date, int], int]


_STORAGE = _("Law 91/2025/QH15: kept no longer than the purpose needs.")
STEPS: tuple[Step, ...] = (
    Step(
        "former_persons",
        "person",
        _("Name, account and details of persons whom no unit counts or appoints any more"),
        _("Law 91/2025/QH15: kept no longer than the purpose needs; counts stay under a number."),
        persons.due,
        persons.let_go,
    ),
    Step(
        "requests",
        "request",
        _("What was asked for and why, in requests for correction and restriction that were decided"),
        _("Decree 356/2025: to prove that a request was met; then no longer needed."),
        persons.due_requests,
        persons.let_go_requests,
    ),
    Step(
        "imports_applied",
        "import",
        _("Rows and file names of imports that were applied; they can no longer be undone"),
        _STORAGE,
        imports.due_applied,
        imports.let_go_applied,
    ),
    Step(
        "imports_left",
        "import",
        _("Rows of lists that were uploaded and never applied"),
        _STORAGE,
        imports.due_left,
        imports.let_go_left,
    ),
    Step(
        "unused_files",
        "file",
        _("Stored files to which nothing refers, such as those of a form that was refused"),
        _STORAGE,
        stored.due,
        stored.let_go,
    ),
    Step("sessions", "account", _("Sessions that have ended"), _STORAGE, accounts.due_sessions, accounts.end_sessions),
    Step(
        "invitations",
        "account",
        _("Invitations that have ended; of the last one of an account the address alone"),
        _STORAGE,
        accounts.due_invitations,
        accounts.let_go_invitations,
    ),
    Step(
        "failed_sign_ins",
        "account",
        _("Counts of failed sign-ins"),
        _STORAGE,
        accounts.due_limits,
        accounts.let_go_limits,
    ),
    Step(
        "notifications",
        "notification",
        _("Notifications, the mails that carried them, and silences that are over"),
        _STORAGE,
        notifications.due,
        notifications.let_go,
    ),
    Step("jobs", "queue", _("Long work that has ended"), _STORAGE, queue.due_jobs, queue.let_go_jobs),
    Step("queue", "queue", _("Background tasks that have ended"), _STORAGE, queue.due_tasks, queue.let_go_tasks),
)


def describe(kind: str) -> list[Step]:
    """The steps that let something of a kind of record go."""
    return [step for step in STEPS if step.kind == kind]
