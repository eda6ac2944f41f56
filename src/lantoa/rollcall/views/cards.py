"""The cards of a unit's people: who has one, printing them, replacing lost ones."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Membership, Unit
from lantoa.organizations.policies import can_export_names
from lantoa.organizations.restricting import detail_of, name_of
from lantoa.organizations.selectors.persons import named_like
from lantoa.organizations.services.lists import note_table
from lantoa.organizations.views.persons import persons_crumbs
from lantoa.rollcall.card_papers import cards_pdf
from lantoa.rollcall.forms.cards import CardsForm, read_ticked
from lantoa.rollcall.selectors.card_holders import holders_in
from lantoa.rollcall.services.cards import print_cards, replace_cards
from lantoa.typesetting.responses import FileKind, download
from lantoa.ui.responses import add_refusal, redirect_after_post, render_invalid
from lantoa.ui.states import State, Tone
from lantoa.ui.tables import Column, Kind, Table, table_response

PAGE = "rollcall/card_list.html"
ALL = "all"
_HAS, _HAS_NONE = State(gettext_lazy("Has a card"), Tone.SUCCESS), State(gettext_lazy("No card yet"), Tone.NEUTRAL)
COLUMNS: tuple[Column[Membership], ...] = (
    Column(
        key="name",
        label=gettext_lazy("Full name"),
        value=lambda row: name_of(row, row.person.full_name),
        order_by=("far", "person__sort_key", "person__birth_year"),
        template="rollcall/_card_tick.html",
        primary=True,
    ),
    Column(
        key="birth_year",
        label=gettext_lazy("Year of birth"),
        value=lambda row: detail_of(row, str(row.person.birth_year or "")),
    ),
    Column(key="village", label=gettext_lazy("Village"), value=lambda row: detail_of(row, row.person.village)),
    Column(
        key="card",
        label=gettext_lazy("Card"),
        value=lambda row: _HAS.label if getattr(row, "card", None) else _HAS_NONE.label,
        state=lambda row: _HAS if getattr(row, "card", None) else _HAS_NONE,
        order_by=("card_since", "person__sort_key"),
    ),
    Column(
        key="since",
        label=gettext_lazy("Given out at"),
        value=lambda row: getattr(row, "card_since", None),
        kind=Kind.DATETIME,
    ),
)


@require_safe
def card_list(request: ActorRequest, unit: int) -> HttpResponse:
    """Whose cards can be printed here, and who has one?"""
    found = _own_unit(request, unit)
    table = _table(request, found)
    if request.method == "GET":
        note_table(actor=request.actor, action="rollcall.list_cards", about=found, unit=found, table=table)
    return table_response(request, PAGE, table, _context(found, request, table))


@require_POST
def card_print(request: ActorRequest, unit: int) -> HttpResponse:
    """The sheets as PDF: of those ticked, or of everybody."""
    found = _own_unit(request, unit)
    form = CardsForm(request.POST)
    if form.is_valid():
        chosen = None if request.POST.get("whom") == ALL else read_ticked(request.POST).persons
        purpose = form.cleaned_data["purpose"]
        try:
            cards = print_cards(actor=request.actor, unit=found, person_ids=chosen, purpose=purpose)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            title = _("Cards %(unit)s") % {"unit": found.name}
            return download(cards_pdf(cards, unit=found.name), FileKind.PDF, title)
    return render_invalid(request, PAGE, {**_context(found, request, _table(request, found)), "form": form})


@require_POST
def card_replace(request: ActorRequest, unit: int) -> HttpResponse:
    """New cards for those ticked; the old ones are refused from then on."""
    found = _own_unit(request, unit)
    ticked = read_ticked(request.POST)
    count = replace_cards(actor=request.actor, unit=found, card_ids=ticked.cards)
    back = reverse("rollcall:card_list", args=[found.pk])
    if not count:
        text = _("No card was replaced. Tick people who have a card.")
        return redirect_after_post(request, back, message=text, level=messages.WARNING)
    text = ngettext(
        "%(count)d card was replaced. Print the new one now: the old one is refused.",
        "%(count)d cards were replaced. Print the new ones now: the old ones are refused.",
        count,
    )
    return redirect_after_post(request, back, message=text % {"count": count})


def _own_unit(request: ActorRequest, pk: int) -> Unit:
    unit = get_object_or_404(Unit.objects.visible_to(request.actor).select_related("parent"), pk=pk)
    if not can_export_names(actor=request.actor, unit=unit):
        raise NotPermitted
    return unit


def _table(request: ActorRequest, unit: Unit) -> Table[Membership]:
    return Table(
        request=request,
        columns=COLUMNS,
        rows=holders_in(actor=request.actor, unit=unit),
        caption=_("Cards of the people whom %(unit)s counts") % {"unit": unit.name},
        sort="name",
        search=named_like,
        extra={"ticked": read_ticked(request.POST).persons},
        empty_title=_("This unit counts nobody itself."),
        empty_text=_("The cards of a cell are printed by the cell's own secretary or officer."),
    )


def _context(unit: Unit, request: ActorRequest, table: Table[Membership]) -> dict[str, Any]:
    return {
        "unit": unit,
        "table": table,
        "form": CardsForm(),
        "all": ALL,
        "breadcrumbs": persons_crumbs(request.actor, unit),
    }
