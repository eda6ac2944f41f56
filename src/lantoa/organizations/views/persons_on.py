"""Whom a unit counted on a past day: read only, and never more names than today's appointments open."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.organizations.forms.persons import StandingFilterForm
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Membership, Unit, UnitPeriod
from lantoa.organizations.selectors.persons import named_like
from lantoa.organizations.selectors.persons_on import CountedThen, counted_below_on, counted_on, unnamed_on
from lantoa.organizations.services.lists import note_table
from lantoa.organizations.views.person_tables import COUNT_COLUMNS, NAME_COLUMNS
from lantoa.organizations.views.units import unit_crumb
from lantoa.ui.days import AskedDay
from lantoa.ui.tables import Column, Table, table_response

COLUMNS: tuple[Column[Membership], ...] = (
    *(column for column in NAME_COLUMNS if column.key in ("name", "birth_year", "village")),
    Column(
        key="standing",
        label=gettext_lazy("Standing then"),
        value=lambda row: row.get_standing_display(),
        order_by=("standing", "person__sort_key"),
    ),
    Column(
        key="now",
        label=gettext_lazy("Counted today by"),
        value=lambda row: getattr(row, "now_at", "") or "",
    ),
)


def _below(on: str) -> tuple[Column[CountedThen], ...]:
    return (
        Column(
            key="unit",
            label=gettext_lazy("Unit"),
            value=lambda row: row.name,
            sort_key=lambda row: row.sort_key,
            href=lambda row: f"{reverse('organizations:person_list', args=[row.unit_id])}{on}" if row.opens else "",
            primary=True,
        ),
        *COUNT_COLUMNS,
    )


def persons_on(request: ActorRequest, unit: Unit, asked: AskedDay) -> HttpResponse:
    """The list of that day; whoever may read the unit's names today reads it."""
    day = asked.or_today
    form = StandingFilterForm(request.GET)
    rows: QuerySet[Membership] = counted_on(request.actor, unit, day)
    if form.is_valid() and form.cleaned_data["standing"]:
        rows = rows.filter(standing=form.cleaned_data["standing"])
    standing = UnitPeriod.objects.filter(unit=unit).standing_on(day)
    table = Table(
        request=request,
        columns=COLUMNS,
        rows=rows,
        caption=_("Persons counted by %(unit)s") % {"unit": standing.name},
        sort="name",
        search=named_like,
        form_names=("standing",),
        empty_title=_("Nobody whose name you may see was counted here on that day."),
    )
    below = counted_below_on(request.actor, unit, day)
    context = {
        "unit": unit,
        "standing": standing,
        "asked": asked,
        "filter_form": form,
        "unnamed": unnamed_on(request.actor, unit, day),
        "children": below
        and Table(
            request=request,
            columns=_below(asked.query),
            rows=below,
            caption=_("Units directly below"),
            sort="unit",
            prefix="c-",
        ),
        "breadcrumbs": [unit_crumb(unit)],
    }
    note_table(actor=request.actor, action="organizations.list_persons", about=unit, unit=unit, table=table)
    return table_response(request, "organizations/person_list_on.html", table, context)
