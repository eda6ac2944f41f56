"""What the page of one material shows."""

from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Length
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lantoa.directives.models import Directive
from lantoa.kernel import clock
from lantoa.materials import policies
from lantoa.materials.enums import MaterialState, VersionState
from lantoa.materials.forms import (
    LineCorrectionForm,
    PublicationForm,
    ReturnForm,
    ShareForm,
    VersionForm,
    WithdrawForm,
)
from lantoa.materials.models import Material, MaterialVersion, Publication, ShareLink
from lantoa.materials.querysets import appointed_at
from lantoa.materials.secrets import secret_of
from lantoa.materials.selectors import (
    fetches_by_unit,
    links_of,
    publications_of,
    publishing_units,
    reach_by_channel,
    versions_of,
    writing_units,
)
from lantoa.materials.weights import Offer, offers_of
from lantoa.organizations import authority
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.ui.preferences import has_weak_line
from lantoa.ui.states import State, Tone
from lantoa.ui.tables import Column, Kind, Table

_FETCHED = {"yes": True, "no": False}
"""What `?fetched=` narrows the units to."""
ROWS = 10
"""How many rows a table of the page shows at once."""
STATES = {
    VersionState.WAITING: State(VersionState.WAITING.label, Tone.WARNING, "hourglass-split"),
    VersionState.RETURNED: State(VersionState.RETURNED.label, Tone.DANGER, "arrow-return-left"),
    VersionState.IN_USE: State(VersionState.IN_USE.label, Tone.SUCCESS, "check-circle"),
    VersionState.SUPERSEDED: State(VersionState.SUPERSEDED.label, Tone.NEUTRAL, "layers"),
    VersionState.WITHDRAWN: State(VersionState.WITHDRAWN.label, Tone.NEUTRAL, "slash-circle"),
}
FETCH_COLUMNS: tuple[Column[Unit], ...] = (
    Column(key="unit", label=lazy("Unit"), value=lambda unit: unit.name, order_by=("sort_key",), primary=True),
    Column(
        key="above",
        label=lazy("Belongs to"),
        value=lambda unit: unit.parent.label if unit.parent else "",
        wide_only=True,
    ),
    Column(
        key="current",
        label=lazy("Fetched the version in use"),
        value=lambda unit: unit.current,  # type: ignore[attr-defined]
        order_by=("current",),
        kind=Kind.NUMBER,
        template="materials/_fetched_cell.html",
    ),
    Column(
        key="times",
        label=lazy("All versions"),
        value=lambda unit: unit.times,  # type: ignore[attr-defined]
        order_by=("times",),
        kind=Kind.NUMBER,
    ),
    Column(
        key="last",
        label=lazy("Last on"),
        value=lambda unit: unit.last,  # type: ignore[attr-defined]
        order_by=("last",),
        kind=Kind.DATE,
    ),
)


def line_state(line: Publication) -> State | None:
    """Whether a line of the ledger holds; None where it does."""
    if hasattr(line, "corrected_by"):
        return State(_("corrected"), Tone.NEUTRAL, "pencil")
    return State(_("taken back"), Tone.NEUTRAL, "slash-circle") if line.takes_back else None


LEDGER_COLUMNS: tuple[Column[Publication], ...] = (
    Column(
        key="on",
        label=lazy("Published on"),
        value=lambda line: line.published_on,
        kind=Kind.DATE,
        order_by=("published_on",),
        primary=True,
    ),
    Column(
        key="channel",
        label=lazy("Channel"),
        value=lambda line: capfirst(line.get_channel_display()),
        order_by=("channel",),
    ),
    Column(
        key="address",
        label=lazy("Address or place"),
        value=lambda line: line.address,
        template="materials/_line_cell.html",
        prose=True,
    ),
    Column(
        key="reach",
        label=lazy("People reached"),
        value=lambda line: line.reach,
        kind=Kind.NUMBER,
        order_by=("reach",),
    ),
    Column(key="source", label=lazy("Who counted, and how"), value=lambda line: line.reach_source, screen=False),
    Column(key="unit", label=lazy("Published by"), value=lambda line: line.unit.label, order_by=("unit__sort_key",)),
    Column(
        key="state",
        label=lazy("State"),
        value=lambda line: str(state.label) if (state := line_state(line)) else "",
        screen=False,
    ),
    Column(key="reason", label=lazy("Reason of the correction"), value=lambda line: line.reason, screen=False),
)


@dataclass(frozen=True)
class VersionRow:
    """One version as the page shows it. `author` is empty for readers of other units."""

    version: MaterialVersion
    state: State
    offers: list[Offer]
    author: str
    reviewer: str
    return_form: ReturnForm | None


@dataclass(frozen=True)
class LinkRow:
    """One share link: its path here, and the whole address by which it is handed on."""

    link: ShareLink
    path: str
    address: str
    is_open: bool


@dataclass
class Forms:
    """The forms of the page that a refused submit brings back; the page makes the others anew.

    `line` is the line of the ledger that `correct` is about, `version` the one that `send_back` is about.
    """

    write: VersionForm | None = None
    send_back: ReturnForm | None = None
    version: MaterialVersion | None = None
    withdraw: WithdrawForm | None = None
    share: ShareForm | None = None
    record: PublicationForm | None = None
    correct: LineCorrectionForm | None = None
    line: Publication | None = None


def page_of(request: ActorRequest, material: Material, given: Forms | None = None) -> dict[str, Any]:
    """The context of the page of one material (at most fifteen queries with those that every page makes)."""
    actor, shown = request.actor, given or Forms()
    is_open = material.withdrawn_at is None
    may_write = policies.can_write_material(actor=actor, unit=material.owner)
    may_withdraw = policies.can_withdraw_material(actor=actor, unit=material.owner)
    weak = has_weak_line(request)
    explained = Directive.objects.visible_to(actor).filter(materials=material)
    rows = [_row(request, one, shown, weak_line=weak) for one in versions_of(actor, material)]
    context = {
        "material": material,
        "directives": list(explained.order_by("-issued_on", "-pk")),
        "versions": rows,
        "current": next((row for row in rows if row.version.state == VersionState.IN_USE), None),
        "weak_line": weak,
        "is_own": material.owner_id in appointed_at(actor),
        "write_form": (shown.write or VersionForm()) if may_write and is_open else None,
        "withdraw_form": (shown.withdraw or WithdrawForm()) if may_withdraw and is_open else None,
    }
    if material.used_since is None:
        return context
    return {
        **context,
        **_spread(request, material),
        **_ledger(request, material, shown),
        **_links(request, material, shown),
    }


def line_to_correct(request: ActorRequest, material: Material) -> Publication | None:
    """The line of the ledger that the address names (`?correct=`), where the reader may correct it."""
    given = request.GET.get("correct", "")
    if not (given.isascii() and given.isdecimal() and len(given) < 10):
        return None
    lines = publications_of(request.actor, material).filter(unit__in=writing_units(request.actor, material))
    return lines.filter(pk=int(given), corrected_by__isnull=True).first()


def _row(request: ActorRequest, version: MaterialVersion, shown: Forms, *, weak_line: bool) -> VersionRow:
    own = version.material.owner_id in appointed_at(request.actor)
    waits = version.state == VersionState.WAITING
    may_review = waits and policies.can_review_version(actor=request.actor, version=version)
    returned = shown.send_back if shown.version == version else None
    return VersionRow(
        version=version,
        state=STATES[VersionState(version.state)],
        offers=offers_of(version, weak_line=weak_line),
        author=version.written_by.username if own else "",
        reviewer=version.reviewed_by.username if own and version.reviewed_by else "",
        return_form=(returned or ReturnForm()) if may_review else None,
    )


def _spread(request: ActorRequest, material: Material) -> dict[str, Any]:
    """The units under the reader that have fetched it and that have not; nothing for who sees no counts."""
    actor = request.actor
    if not (actor.paths(authority.SEES_COUNTS_BELOW) or actor.unit_ids(authority.SEES_COUNTS_OWN)):
        return {}
    wanted = request.GET.get("fetched", "")
    table = Table(
        request=request,
        columns=FETCH_COLUMNS,
        rows=fetches_by_unit(actor, material, fetched=_FETCHED.get(wanted)).order_by(Length("path"), "sort_key"),
        caption=_("Who has fetched it"),
        filename=_("Fetched by unit"),
        prefix="units-",
        page_size=ROWS,
        empty_title=_("No unit here fits."),
    )
    having = fetches_by_unit(actor, material, fetched=True).count()
    return {"spread": table, "fetched": wanted if wanted in _FETCHED else "", "having": having}


def _ledger(request: ActorRequest, material: Material, shown: Forms) -> dict[str, Any]:
    actor = request.actor
    writing = writing_units(actor, material)
    may_record = bool(writing) and material.state == MaterialState.IN_USE
    line = shown.line or line_to_correct(request, material)
    table = Table(
        request=request,
        columns=LEDGER_COLUMNS,
        rows=publications_of(actor, material),
        caption=_("Ledger of publications"),
        filename=_("Ledger of publications"),
        prefix="ledger-",
        page_size=ROWS,
        empty_title=_("No publication has been entered."),
        extra={"writing": writing},
    )
    return {
        "ledger": table,
        "channels": reach_by_channel(actor, material),
        "record_form": (shown.record or PublicationForm(units=publishing_units(writing))) if may_record else None,
        "correct_form": (shown.correct or LineCorrectionForm(initial=_values_of(line))) if line else None,
        "line": line,
    }


def _links(request: ActorRequest, material: Material, shown: Forms) -> dict[str, Any]:
    """The links that share it, for those who may make them."""
    if not policies.can_write_material(actor=request.actor, unit=material.owner):
        return {}
    in_use = material.state == MaterialState.IN_USE
    return {
        "links": [_link_row(request, material, link) for link in links_of(material)],
        "share_form": (shown.share or ShareForm()) if in_use else None,
    }


def _link_row(request: ActorRequest, material: Material, link: ShareLink) -> LinkRow:
    path = reverse("materials:shared", args=[secret_of(link)])
    leads = material.state == MaterialState.IN_USE and link.is_open_on(clock.today())
    return LinkRow(link, path, request.build_absolute_uri(path), leads)


def _values_of(line: Publication) -> dict[str, Any]:
    names = ("channel", "published_on", "address", "reach", "reach_source")
    return {name: getattr(line, name) for name in names}
