"""The register of speakers, as a unit sees it from where it stands."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Person, Unit
from lantoa.organizations.selectors.standpoints import LONGEST_NUMBER, sight_of
from lantoa.organizations.views.purposes import named_table_response
from lantoa.speakers import services
from lantoa.speakers.forms import RecognitionForm, RegisterFilter
from lantoa.speakers.models import Speaker
from lantoa.speakers.policies import can_export_speakers
from lantoa.speakers.selectors import counts_by_tier, keeping_units, named_like, people_counted, register_of
from lantoa.speakers.views.tables import SPEAKERS
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.states import Crumb
from lantoa.ui.tables import Table

LIST = "speakers/speaker_list.html"


@require_http_methods(["GET", "HEAD", "POST"])
def speaker_list(request: ActorRequest) -> HttpResponse:
    """Who is recognised to speak here, on what and in which language?"""
    sight = sight_of(request.actor, request.GET.get("unit", ""))
    if sight.unit is None:
        raise NotPermitted
    form = RegisterFilter(request.GET, sight=sight)
    asked = form.asked()
    unit = sight.unit
    table: Table[Speaker] = Table(
        request=request,
        columns=SPEAKERS,
        rows=register_of(request.actor, unit, asked),
        caption=_caption(request, unit),
        filename=_("speakers") if can_export_speakers(actor=request.actor, unit=unit) else "",
        sort="name",
        search=named_like,
        form_names=tuple(name for name in form.fields if name != "unit"),
        empty_title=_("No speaker is named here."),
        empty_text=_("Speakers are named to the unit that recognises them and to the one directly above it."),
        asks_purpose=True,
    )

    def taken_out(rows: Any, purpose: str) -> Any:
        return services.export_speakers(actor=request.actor, unit=unit, rows=rows, purpose=purpose)

    context = {
        "filters": form,
        "unit": unit,
        "asked": asked,
        "tiers": counts_by_tier(request.actor, unit, asked),
        "counted": people_counted(request.actor, unit, asked),
        "may_recognise": keeping_units(request.actor).exists(),
    }
    return named_table_response(
        request, LIST, table, context, action="speakers.list_speakers", about=unit, unit=unit, export=taken_out
    )


@require_http_methods(["GET", "HEAD", "POST"])
def speaker_new(request: ActorRequest) -> HttpResponse:
    """Record that a unit recognises somebody as a speaker."""
    units = keeping_units(request.actor)
    if not units:
        raise NotPermitted
    initial = {
        "member_code": _code_of(request),
        "languages": ["vi"],
        "starts_on": clock.today(),
    }
    form = RecognitionForm(request.POST or None, units=units, initial=initial)
    template, context = "speakers/speaker_new.html", {"breadcrumbs": crumbs()}
    if request.method != "POST":
        return render_page(request, template, {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    try:
        speaker = services.recognise(
            actor=request.actor,
            client_id=form.cleaned_data["client_id"],
            unit=form.cleaned_data["unit"],
            member_code=form.cleaned_data["member_code"],
            full_name=form.cleaned_data["full_name"],
            facts=form.facts(),
        )
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    message = gettext_lazy("The speaker stands in the register.")
    return redirect_after_post(request, "speakers:speaker_detail", speaker.pk, message=message)


def crumbs() -> list[Crumb]:
    """The way to what lies below the register."""
    return [Crumb(_("Speakers"), reverse("speakers:speaker_list"))]


def _caption(request: ActorRequest, unit: Unit) -> str:
    """What the page, or the workbook, lists: the latter holds what the unit itself recognises."""
    if request.GET.get("format") == "xlsx":
        return _("Speakers recognised by %(unit)s itself") % {"unit": unit.name}
    return _("Speakers of %(unit)s and of the units directly below") % {"unit": unit.name}


def _code_of(request: ActorRequest) -> str:
    """The member code of the person whose record led here, if the reader may see it."""
    asked = request.GET.get("person", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_NUMBER):
        return ""
    found = Person.objects.visible_to(request.actor, day=clock.today()).filter(pk=int(asked)).first()
    return found.code if found else ""
