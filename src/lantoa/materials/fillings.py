"""What the library shows on pages of other apps."""

from typing import cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string

from lantoa.directives.models import Directive
from lantoa.materials.selectors import for_directives
from lantoa.materials.weights import offers_of
from lantoa.organizations import authority
from lantoa.organizations.middleware import ActorRequest
from lantoa.ui.preferences import has_weak_line


def materials_of_directive(request: HttpRequest, directive: Directive) -> str:
    """What is in use to explain a directive, on its page (one query)."""
    return materials_panel(request, Directive.objects.filter(pk=directive.pk), entered_for=directive.pk)


def materials_panel(request: HttpRequest, directives: "QuerySet[Directive]", *, entered_for: int | None = None) -> str:
    """What is in use to explain any of these directives, for the pages of upper apps (one query).

    With `entered_for`, the number of a directive, whoever writes materials may enter one for it.
    """
    actor = cast("ActorRequest", request).actor
    weak = has_weak_line(request)
    context = {
        "items": [(one, offers_of(one, weak_line=weak)) for one in for_directives(actor, directives)],
        "entered_for": entered_for if actor.unit_ids(authority.WRITES_MATERIALS) else None,
    }
    return render_to_string("materials/_panel.html", context, request=request)
