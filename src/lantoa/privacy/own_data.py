"""Everything that is kept about one person, in sections that a page shows and a file holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import CharField, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lantoa.attendance.models import Attendance, Reflection
from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.organizations.enums import DepartureReason, Role, SpokenLanguage
from lantoa.organizations.models import (
    ActivityExemption,
    Appointment,
    Departure,
    ImportRow,
    Membership,
    Person,
    TemporaryMembership,
    Transfer,
)
from lantoa.plans.models import SummonsEntry
from lantoa.privacy.models import DataRequest
from lantoa.speakers.enums import Tier
from lantoa.speakers.models import Speaker
from lantoa.ui.numbers import day

LOOKS = 200
"""How many of the last looks at the record are told."""


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of record about the person: `key` is stable, each row maps a label to plain text."""

    key: str
    label: str | Promise
    rows: list[dict[str, str]]


def memberships_of(person: Person) -> list[Membership]:
    """The memberships with their units, the latest first; each with `left`: why the person left where no other unit
    took them in."""
    left = Departure.objects.filter(
        person=OuterRef("person"), unit=OuterRef("unit"), effective_on=OuterRef("upper"), taken_back_at__isnull=True
    )
    rows = (
        Membership.objects.filter(person=person)
        .select_related("unit")
        .order_by("-period")
        .annotate(upper=F("period__endswith"))
        .annotate(left=Subquery(left.values("reason")[:1]))
    )
    return list(rows)


def data_of(person: Person, memberships: Iterable[Membership], *, attendance: bool, reasons: bool) -> list[Section]:
    """What is kept about the person, for that person or for whoever hands it over on request (ten queries at most).

    `attendance` only for the person: nobody else is shown one person's attendance and reflections over several
    campaigns (domain.md).
    `reasons` gives why the person is exempt or left, which is not shown above the cell.
    """
    transfers = _transfers(person)
    entries = list(_listed(person))
    held = _held(person)
    sections = [
        Section("person", _("Record"), [_record(person)]),
        Section("memberships", _("Counted by"), [_membership(row, reasons=reasons) for row in memberships]),
        Section("stays", _("Takes part for a time"), [_stay(row.stay) for row in transfers if hasattr(row, "stay")]),
        Section("transfers", _("Transfers"), [_transfer(row) for row in transfers]),
        Section(
            "exemptions", _("Exemptions from activities"), [_exemption(row, reasons=reasons) for row in _exempt(person)]
        ),
        Section("appointments", _("Appointments"), [_appointment(row) for row in held if not row["speaks"]]),
        Section("recognitions", _("Recognition of speakers"), [_recognition(row) for row in held if row["speaks"]]),
        Section("account", _("Accounts"), _account(person)),
        Section("imports", _("Imported lists"), _imported(person)),
        Section("summonses", _("Summons lists"), _summonses(entries)),
        Section("requests", _("Requests about one's data"), _requests(person)),
        Section("looks", _("Looks at the record"), _looks(person)),
    ]
    if attendance:
        sections.append(Section("attendance", _("Attendance"), _attendance(person)))
        sections.append(Section("reflections", _("Reflections"), _reflections(entries)))
    return sections


def _held(person: Person) -> list[dict[str, Any]]:
    """Appointments, and where it `speaks` recognitions as a speaker, the latest first (one query)."""
    names = ("speaks", "named", "what", "detail", "decision_number", "period")
    appointments = Appointment.objects.filter(person=person).values(
        "decision_number", "period", speaks=Value(value=False), named=F("unit__name"), what=F("role"), detail=F("title")
    )
    spoken = Func(F("languages"), Value(" "), function="array_to_string", output_field=CharField())
    tier = Cast("tier", CharField())
    recognitions = Speaker.objects.filter(person=person).values(
        "decision_number", "period", speaks=Value(value=True), named=F("unit__name"), what=tier, detail=spoken
    )
    both = appointments.values(*names).union(recognitions.values(*names), all=True)
    return list(both.order_by("-period"))


def _transfers(person: Person) -> list[Transfer]:
    """The letters, each with the stay for a time that came of it."""
    rows = Transfer.objects.filter(person=person).select_related("from_unit", "to_unit", "stay__unit")
    return list(rows.order_by("-effective_on"))


def _exempt(person: Person) -> Iterable[ActivityExemption]:
    return ActivityExemption.objects.filter(person=person).order_by("-period")


def _record(person: Person) -> dict[str, str]:
    return {
        _("Full name"): person.full_name,
        _("Year of birth"): str(person.birth_year or ""),
        _("Village"): person.village,
        _("Member code"): person.code,
        _("Leader or manager"): _("yes") if person.is_manager else _("no"),
        _("Sector"): person.sector.name if person.sector else "",
    }


def _days(period: Any) -> dict[str, str]:
    return {_("From"): day(period.lower), _("Until before"): day(period.upper) if period.upper else ""}


def _membership(row: Membership, *, reasons: bool) -> dict[str, str]:
    left = getattr(row, "left", None) if reasons else None
    told = {_("Left"): str(DepartureReason(left).label)} if left else {}
    return {_("Unit"): row.unit.name, _("Standing"): row.get_standing_display(), **_days(row.period), **told}


def _stay(row: TemporaryMembership) -> dict[str, str]:
    return {_("Unit"): row.unit.name, **_days(row.period)}


def _transfer(row: Transfer) -> dict[str, str]:
    return {
        _("From"): row.from_unit.name,
        _("To"): row.to_unit.name,
        _("Number of the letter"): row.letter_number,
        _("From the day"): day(row.effective_on),
        _("State"): row.get_state_display(),
    }


def _exemption(row: ActivityExemption, *, reasons: bool) -> dict[str, str]:
    reason = {_("Reason"): row.get_reason_class_display()} if reasons else {}
    return {_("Number of the decision"): row.decision_number, **reason, **_days(row.period)}


def _appointment(row: dict[str, Any]) -> dict[str, str]:
    return {
        _("Unit"): row["named"],
        _("Role"): str(Role(row["what"]).label),
        _("Position"): row["detail"],
        _("Number of the decision"): row["decision_number"],
        **_days(row["period"]),
    }


def _recognition(row: dict[str, Any]) -> dict[str, str]:
    spoken = (str(SpokenLanguage(code).label) for code in row["detail"].split())
    return {
        _("Unit"): row["named"],
        _("Tier"): str(Tier(int(row["what"])).label),
        _("Languages"): ", ".join(spoken),
        _("Number of the decision"): row["decision_number"],
        **_days(row["period"]),
    }


def _account(person: Person) -> list[dict[str, str]]:
    if person.user is None:
        return []
    opened = day(person.user.date_joined)
    return [{_("Sign-in name"): person.user.username, _("E-mail"): person.user.email, _("Opened on"): opened}]


def _imported(person: Person) -> list[dict[str, str]]:
    labels = {
        "full_name": _("Full name"),
        "birth_year": _("Year of birth"),
        "village": _("Village"),
        "code": _("Member code"),
        "standing": _("Standing"),
    }
    rows = ImportRow.objects.filter(person=person).values_list("values", flat=True)
    return [{label: str(values.get(key) or "") for key, label in labels.items()} for values in rows]


def _listed(person: Person) -> "QuerySet[Any]":
    """The lists that name the person, each with the reflection where there is one and the names of its scans."""
    rows = SummonsEntry.objects.filter(person=person).select_related("campaign", "unit", "reflection")
    scans = ArrayAgg("reflection__scans__name", filter=Q(reflection__scans__isnull=False), default=Value([]))
    listed: QuerySet[Any] = rows.annotate(scan_names=scans).order_by("-campaign_id")
    return listed


def _summonses(entries: Iterable[SummonsEntry]) -> list[dict[str, str]]:
    return [{_("Roll-out"): row.campaign.name, _("Unit"): row.unit.name} for row in entries]


def _requests(person: Person) -> list[dict[str, str]]:
    return [_request(row) for row in DataRequest.objects.filter(person=person)]


def _request(row: DataRequest) -> dict[str, str]:
    asked = {_("Request"): row.get_kind_display().capitalize()}
    if row.field:
        asked |= {_("Field"): row.get_field_display(), _("What it should say"): row.value}
    return {
        **asked,
        _("Reason"): row.reason,
        _("Asked for at"): day(row.asked_at),
        _("To be decided by"): day(row.due_on),
        _("State"): _("overdue") if row.is_overdue else row.get_state_display(),
        _("Answer"): row.lift_reason or row.decision_reason,
    }


def _looks(person: Person) -> list[dict[str, str]]:
    told = Entry.objects.about(person).filter(outcome__in=[Outcome.READ, Outcome.EXPORTED])
    return [{_("Day"): day(at)} for at in told.values_list("at", flat=True)[:LOOKS]]


def _attendance(person: Person) -> list[dict[str, str]]:
    rows = Attendance.objects.filter(entry__person=person).select_related("session", "event")
    return [
        {
            _("Session"): row.session.title,
            _("Day"): day(row.session.starts_at),
            _("State"): row.get_status_display(),
            _("Reason"): row.event.get_reason_class_display() if row.event.reason_class else "",
        }
        for row in rows.order_by("-session__starts_at")
    ]


def _reflections(entries: Iterable[Any]) -> list[dict[str, str]]:
    return [_reflection(row, row.reflection) for row in entries if hasattr(row, "reflection")]


def _reflection(entry: Any, paper: Reflection) -> dict[str, str]:
    return {
        _("Roll-out"): entry.campaign.name,
        _("Handed in on"): day(paper.handed_in_on) if paper.handed_in_on else "",
        _("State"): paper.get_state_display(),
        _("Reason"): paper.get_exemption_reason_display() if paper.exemption_reason else "",
        _("Text"): paper.text,
        _("Scans"): ", ".join(entry.scan_names),
        _("Remark"): paper.remark,
    }
