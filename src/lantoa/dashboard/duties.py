"""What the first screen lists: one line for each thing that waits, whichever app it comes from."""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from lantoa.attendance.selectors import duties as roll_duties
from lantoa.dashboard.matters import BELOW, Matter, matters_of
from lantoa.organizations.actors import Actor
from lantoa.plans.enums import Document
from lantoa.plans.selectors import duties as plan_duties
from lantoa.ui.states import State, Tone

_ICONS = {
    "write": "pencil",
    "approve": "clipboard-check",
    "issue": "file-earmark-text",
    "close": "archive",
    "roll": "list-check",
    "make_up": "arrow-counterclockwise",
}
_PLAN_TEXTS: dict[str, str | Promise] = {
    "write": lazy("Write and submit the plan"),
    "approve": lazy("Give an opinion on the plan"),
    "issue": lazy("Issue the approved plan"),
    "close": lazy("Close the plan with its results"),
}
_DOCUMENT_TEXTS = {
    "write": lazy("Write and submit: %(document)s"),
    "approve": lazy("Give an opinion: %(document)s"),
    "issue": lazy("Issue what is approved: %(document)s"),
    "close": lazy("Close with its results: %(document)s"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing to do: what, about what, where, by when. `count` says how many persons or marks it is about."""

    kind: str
    text: str
    about: str
    url: str
    due_on: dt.date | None
    badge: State | None
    icon: str
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """One document below that should have been issued; `about` names the campaign, and its kind where it is no plan."""

    unit: str
    about: str
    campaign_id: int
    url: str
    due_on: dt.date | None
    badge: State
    deadline: State | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything that waits for one reader: the most urgent first, and what is late below: plans one by one, and
    `behind` whatever is counted."""

    own: tuple[Line, ...]
    behind: tuple[Line, ...]
    below: tuple[Overdue, ...]
    below_total: int

    @property
    def roll(self) -> Line | None:
        """The first roll that is to be taken, for the way straight to it."""
        return next((line for line in self.own if line.kind == "roll"), None)

    @property
    def late(self) -> int:
        """How many own things are past their day."""
        return sum(line.badge is not None and line.badge.tone == Tone.DANGER for line in self.own)


def waiting_for(actor: Actor, day: dt.date) -> Waiting:
    """What waits for the actor on that day, of every app; at most six queries."""
    plans = plan_duties.duties_of(actor, day)
    kinds = {"write": plans.to_write, "approve": plans.to_approve, "issue": plans.to_issue, "close": plans.to_close}
    lines = [_of_plan(kind, duty, day) for kind, duties in kinds.items() for duty in duties]
    lines += [_of_roll(duty, day) for duty in roll_duties.duties_of(actor, day)]
    matters = [_of_matter(matter, day) for matter in matters_of(actor, day)]
    lines += [line for line in matters if line.kind not in BELOW]
    behind = [line for line in matters if line.kind in BELOW]
    for found in (lines, behind):
        found.sort(key=lambda line: (line.due_on is None, line.due_on or day, line.text, line.about))
    below = tuple(
        Overdue(
            unit=duty.unit_name,
            about=duty.campaign_name if _is_plain(duty) else f"{_kind_of(duty)} · {duty.campaign_name}",
            campaign_id=duty.campaign_id,
            url=duty.url,
            due_on=duty.due_on,
            badge=duty.badge,
            deadline=deadline(duty.due_on, day),
        )
        for duty in plans.overdue_below
    )
    return Waiting(tuple(lines), tuple(behind), below, plans.overdue_below_total)


def deadline(due_on: dt.date | None, day: dt.date) -> State | None:
    """How a deadline stands on that day; nothing where there is none or where it is far off."""
    if due_on is None:
        return None
    left = (due_on - day).days
    if left < 0:
        return State(ngettext("%(days)d day overdue", "%(days)d days overdue", -left) % {"days": -left}, Tone.DANGER)
    if left == 0:
        return State(_("today"), Tone.WARNING, "clock")
    tone = Tone.WARNING if left <= 7 else Tone.NEUTRAL
    return State(ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left}, tone, "clock")


def _is_plain(duty: plan_duties.Duty) -> bool:
    return duty.document is Document.PLAN


def _kind_of(duty: plan_duties.Duty) -> str:
    return str(capfirst(str(duty.document.label)))


def _of_plan(kind: str, duty: plan_duties.Duty, day: dt.date) -> Line:
    text = str(_PLAN_TEXTS[kind]) if _is_plain(duty) else _DOCUMENT_TEXTS[kind] % {"document": duty.document.label}
    if duty.comments and _is_plain(duty):
        text = ngettext(
            "Correct the returned plan (%(remarks)d comment)", "Correct the returned plan (%(remarks)d comments)",
            duty.comments,
        ) % {"remarks": duty.comments}  # fmt: skip
    elif duty.comments:
        text = ngettext(
            "Correct what was returned: %(document)s (%(remarks)d comment)",
            "Correct what was returned: %(document)s (%(remarks)d comments)",
            duty.comments,
        ) % {"document": duty.document.label, "remarks": duty.comments}
    return Line(
        kind=kind,
        text=text,
        about=f"{duty.unit_name} · {duty.campaign_name}",
        url=duty.url,
        due_on=duty.due_on,
        badge=deadline(duty.due_on, day),
        icon=_ICONS[kind],
    )


def _of_roll(duty: roll_duties.Duty, day: dt.date) -> Line:
    return Line(
        kind=duty.kind,
        text=duty.text,
        about=duty.unit_name,
        url=duty.url,
        due_on=duty.due_on,
        badge=deadline(duty.due_on, day),
        icon=_ICONS[duty.kind],
        count=duty.count,
    )


def _of_matter(matter: Matter, day: dt.date) -> Line:
    return Line(
        kind=matter.kind,
        text=matter.text,
        about=matter.name,
        url=matter.url,
        due_on=matter.due_on,
        badge=deadline(matter.due_on, day),
        icon=matter.icon,
        count=matter.count,
    )
