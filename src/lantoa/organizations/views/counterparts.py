"""Two trees side by side: who works for which administrative unit, and what has no counterpart."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from lantoa.kernel.vietnamese import fold
from lantoa.organizations.forms.units import CounterpartFilterForm
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.organizations.selectors.counterparts import Level, Pair, level_of
from lantoa.organizations.views.units import unit_crumb, visible_unit
from lantoa.ui.days import asked_day
from lantoa.ui.states import Crumb, State, Tone
from lantoa.ui.tables import Column, Table, table_response

_NOBODY = State(gettext_lazy("no unit works for it"), Tone.WARNING)
_NOWHERE = State(gettext_lazy("works for no unit of this level"), Tone.NEUTRAL)
_MATCHED = State(gettext_lazy("has a counterpart"), Tone.SUCCESS)


def _state(pair: Pair) -> State:
    if pair.is_matched:
        return _MATCHED
    return _NOBODY if pair.place else _NOWHERE


COLUMNS: tuple[Column[Pair], ...] = (
    Column(
        key="place",
        label=gettext_lazy("Administrative unit"),
        value=lambda pair: pair.place.name if pair.place else "",
        sort_key=lambda pair: pair.order,
        template="organizations/_pair_place.html",
        primary=True,
    ),
    Column(
        key="counterparts",
        label=gettext_lazy("Works for it"),
        value=lambda pair: ", ".join(counterpart.unit.name for counterpart in pair.counterparts),
        sort_key=lambda pair: (
            not pair.counterparts,
            fold(pair.counterparts[0].unit.name if pair.counterparts else ""),
        ),
        template="organizations/_pair_counterparts.html",
    ),
    Column(
        key="state",
        label=gettext_lazy("Counterpart"),
        value=lambda pair: _state(pair).label,
        state=_state,
        sort_key=lambda pair: (pair.is_matched, pair.order),
    ),
)


@require_GET
def unit_counterparts(request: ActorRequest, pk: int) -> HttpResponse:
    """The place of a unit with the level below it, beside the units of the other trees that work there."""
    unit = visible_unit(request, pk)
    chosen = asked_day(request)
    day = chosen.or_today
    asked = request.GET.get("at", "")
    at = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    level = level_of(actor=request.actor, unit=unit, at=at, day=day)
    if level is None:
        raise Http404
    filters = CounterpartFilterForm(request.GET)
    on = chosen.on
    table = Table(
        request=request,
        columns=COLUMNS,
        rows=level.unmatched if filters.only_alone else level.pairs,
        caption=_("Administrative units and who works for them"),
        filename=_("two trees"),
        sort="place",
        search=_named_like,
        form_names=("show",),
        extra={"unit": unit, "on": on},
        empty_title=_("No unit fits this filter.") if level.pairs else _("No unit stands below."),
        empty_text=_("Choose all units to see the others.") if level.pairs else "",
    )
    context = {
        "unit": unit,
        "level": level,
        "day": day,
        "chosen": chosen,
        "is_today": not on,
        "at": at,
        "filters": filters,
        "breadcrumbs": _crumbs(unit, level, on),
    }
    return table_response(request, "organizations/unit_counterparts.html", table, context)


def _named_like(pairs: tuple[Pair, ...], words: str) -> list[Pair]:
    return [pair for pair in pairs if fold(words) in fold(pair.name)]


def _crumbs(unit: Unit, level: Level, on: str) -> list[Crumb]:
    address = reverse("organizations:unit_counterparts", args=[unit.pk])
    day = {"on": on} if on else {}
    above = [Crumb(node.label, f"{address}?{urlencode({'at': node.pk, **day})}") for node in level.above]
    return [Crumb(_("Units"), reverse("organizations:unit_list")), unit_crumb(unit), *above]
