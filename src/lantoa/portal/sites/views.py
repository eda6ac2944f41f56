"""The page on which the portal site of a unit is opened and changed."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.views.units import administered_unit, unit_crumb
from lantoa.portal.hosts import is_served
from lantoa.portal.models import PortalSite
from lantoa.portal.services import COLOUR, open_site
from lantoa.portal.sites.forms import SiteForm
from lantoa.portal.sites.services import change_site
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page

_PAGE = "portal/site_edit.html"


@require_http_methods(["GET", "POST"])
def site_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Under which name and address does the unit `pk` speak to everybody, and how does its portal look?"""
    unit = administered_unit(request, pk)
    portal = PortalSite.objects.filter(unit=unit).select_related("site", "unit", "logo").first()
    known = {"name": portal.name, "host": portal.site.hostname, "colour": portal.colour} if portal else None
    form = SiteForm(
        request.POST or None,
        request.FILES or None,
        portal=portal,
        initial=known or {"name": unit.name, "colour": COLOUR},
    )
    context = {
        "unit": unit,
        "portal": portal,
        "unserved": portal is not None and not is_served(portal.site.hostname),
        "form": form,
        "breadcrumbs": [unit_crumb(unit)],
    }
    if request.method != "POST":
        return render_page(request, _PAGE, context)
    if not form.is_valid():
        return render_invalid(request, _PAGE, context, form=form)
    try:
        if portal is None:
            open_site(actor=request.actor, unit=unit, **form.cleaned_data)
            message = _("The portal is open. Appoint an editor and an approver at this unit; they write and publish.")
        else:
            change_site(actor=request.actor, portal=portal, **form.cleaned_data)
            message = _("The portal was changed.")
    except Refusal as refusal:
        return render_invalid(request, _PAGE, context, form=form, refusal=refusal)
    return redirect_after_post(request, "portal:site_edit", unit.pk, message=message)
