"""The gallery of components, and the reader's preferences."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantoa.ui import gallery as samples
from lantoa.ui.preferences import remember
from lantoa.ui.responses import redirect_after_post, render_invalid
from lantoa.ui.tables import table_response


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in its states."""
    table = samples.table(request)
    return table_response(request, "ui/gallery.html", table, samples.context(request))


@require_POST
def gallery_form(request: HttpRequest) -> HttpResponse:
    """Checks the sample form and keeps nothing, so that the answers of a form can be looked at."""
    form = samples.SampleForm(request.POST)
    if not form.is_valid():
        return render_invalid(request, "ui/gallery_form.html", {}, form=form)
    return redirect_after_post(request, "ui:gallery", message=_("The form was correct; nothing was saved."))


@login_not_required
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keeps the theme, the language or the strength of the line in a cookie and returns to where it was chosen."""
    target = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    if not (here and target.startswith("/")):
        target = "/"
    response = redirect_after_post(request, target)
    remember(response, **{name: request.POST.get(name, "") for name in ("theme", "language", "line")})
    return response
