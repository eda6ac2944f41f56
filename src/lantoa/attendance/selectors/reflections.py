"""Who owes a reflection and how it stands: counts for units, people for their own cell."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, Func, OuterRef, QuerySet, Value, When
from django.db.models.functions import Coalesce

from lantoa.attendance.enums import ATTENDED, OwedBy, ReflectionState
from lantoa.attendance.models import Attendance, Reflection, ReflectionCall
from lantoa.attendance.selectors.coverage import campaign_unit, top_units
from lantoa.files.models import StoredFile
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import ActivityExemption
from lantoa.organizations.policies import can_open_restricted
from lantoa.organizations.querysets import counts_scope, path_range
from lantoa.organizations.restricting import marked
from lantoa.organizations.selectors.standpoints import LONGEST_NUMBER
from lantoa.plans.models import Campaign, CampaignUnit, SummonsEntry


@dataclass(frozen=True)
class Papers:
    """How many reflections are missing, wait to be assessed, have passed, are to be done again, and who is exempt."""

    missing: int = 0
    waiting: int = 0
    passed: int = 0
    again: int = 0
    exempt: int = 0

    @property
    def owed(self) -> int:
        """Everybody who owes one, whether it was handed in or not."""
        return self.missing + self.waiting + self.passed + self.again

    @property
    def handed_in(self) -> int:
        """What was handed in and need not be done again."""
        return self.waiting + self.passed


@dataclass(frozen=True)
class UnitPapers:
    """The papers of a unit and of all below it; of the unit's own people where it `is_own`, the one looked at."""

    unit: CampaignUnit
    papers: Papers
    is_own: bool


def call_of(campaign: Campaign) -> ReflectionCall | None:
    """What the campaign asks for, if it asks for reflections."""
    return ReflectionCall.objects.filter(campaign=campaign).first()


def scope_of(campaign: Campaign, actor: Actor, asked: str) -> CampaignUnit | None:
    """The unit of that number in the campaign, else the highest whose counts the reader sees; None without any."""
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_NUMBER else None
    unit = campaign_unit(campaign, number, actor) if number else None
    return unit or next(iter(top_units(campaign, actor)), None)


def owing(call: ReflectionCall) -> "QuerySet[SummonsEntry]":
    """The people whom the call concerns, each with `paper`: how their reflection stands.

    Those on the lists, or those of them who attended a session (whoever handed one in is among them). Whoever has an
    exemption from activities (miễn sinh hoạt) in force on the due day owes none.
    """
    spared = ActivityExemption.objects.in_force_on(call.due_on).filter(person=OuterRef("person_id"))
    unwritten = Case(
        When(Exists(spared), then=Value(ReflectionState.EXEMPT.value)),
        default=Value(ReflectionState.MISSING.value),
        output_field=CharField(),
    )
    rows = SummonsEntry.objects.filter(campaign_id=call.campaign_id, removed_on__isnull=True).annotate(
        paper=Coalesce(F("reflection__state"), unwritten)
    )
    if call.owed_by == OwedBy.LISTED:
        return rows
    there = Attendance.objects.filter(entry=OuterRef("pk"), status__in=ATTENDED, session__cancelled_at__isnull=True)
    handed_in = Reflection.objects.filter(entry=OuterRef("pk"), handed_in_on__isnull=False)
    return rows.filter(Exists(there) | Exists(handed_in))


def papers_below(call: ReflectionCall, scope: CampaignUnit, actor: Actor) -> tuple[Papers, list[UnitPapers]]:
    """The papers of the subtree in the tree of the campaign's day, and its parts: the unit's own people and each unit
    directly below, by name (two queries, whatever lies below)."""
    depth = scope.path.count(".") + 1
    part = (F("unit__campaign_units__path"), Value("."), Value(depth))
    below = Func(*part, function="split_part", output_field=CharField())
    counted = (
        owing(call)
        .filter(path_range(scope.path, "unit__campaign_units__path"), unit__campaign_units__campaign=call.campaign_id)
        .order_by()
        .annotate(below=below)
        .values_list("below", "paper")
        .annotate(people=Count("pk"))
    )
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for where, paper, people in counted:
        found[where][paper] += people
        found["all"][paper] += people
    children = CampaignUnit.objects.visible_to(actor).filter(campaign=call.campaign_id, parent=scope.unit_id)
    lines = [UnitPapers(scope, _papers(found[""]), is_own=True)] if "" in found else []
    lines += [
        UnitPapers(child, _papers(found[str(child.unit_id)]), is_own=False)
        for child in children.order_by("sort_key", "pk")
        if str(child.unit_id) in found
    ]
    return _papers(found["all"]), lines


def papers_seen(call: ReflectionCall, actor: Actor) -> Papers:
    """The papers of everybody whose counts the actor sees (one query)."""
    rows: QuerySet[Any] = owing(call).filter(counts_scope(actor, "unit__")).order_by()
    return _papers(defaultdict(int, rows.values_list("paper").annotate(people=Count("pk"))))


def papers_of_cell(call: ReflectionCall, unit_id: int) -> "QuerySet[Any]":
    """The people of one cell whom the call concerns, for its secretary and its clerk."""
    rows = owing(call).filter(unit_id=unit_id).select_related("person").order_by("person__sort_key", "pk")
    found: QuerySet[Any] = marked(rows)
    return found


def opens_scan(actor: Actor, file: StoredFile) -> Reflection | None:
    """The paper that the file is a scan of, where the actor may read it."""
    papers = Reflection.objects.visible_to(actor).filter(scans=file).select_related("entry__unit")
    for paper in marked(papers, "entry__person_id"):
        restricted = getattr(paper, "restricted", False)
        if not restricted or can_open_restricted(actor=actor, unit=paper.entry.unit):
            return paper
    return None


def _papers(states: dict[str, int]) -> Papers:
    return Papers(
        missing=states[ReflectionState.MISSING],
        waiting=states[ReflectionState.HANDED_IN],
        passed=states[ReflectionState.PASSED],
        again=states[ReflectionState.AGAIN],
        exempt=states[ReflectionState.EXEMPT],
    )
