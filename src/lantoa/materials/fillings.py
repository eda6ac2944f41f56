"""What the library shows on pages of other apps."""

from collections.abc import Collection
from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string

from lantoa.directives.models import Directive
from lantoa.materials.selectors import for_directives
from lantoa.materials.weights import offers_of
from lantoa.organizations import authority
from lantoa.organizations.middleware import ActorRequest
from lantoa.ui.preferences import has_weak_line


def materials_of_directive(request: HttpRequest, directive: Directive) -> str:
    """What is in use to explain a directive, on its page (two queries)."""
    return materials_panel(request, [directive.pk], entered_for=directive.pk)


def materials_panel(request: HttpRequest, directive_ids: Collection[int], *, entered_for: int | None = None) -> str:
    """What is in use to explain any of these directives, for the pages of upper apps (two queries).

    With `entered_for`, the number of a directive, whoever writes materials may enter one for it.
    """
    actor = cast("ActorRequest", request).actor
    weak = has_weak_line(request)
    found = for_directives(actor, directive_ids)
    context = {
        "items": [(one, offers_of(one.in_use[0], weak_line=weak)) for one in found if one.in_use],  # type: ignore[attr-defined]
        "entered_for": entered_for if actor.unit_ids(authority.WRITES_MATERIALS) else None,
    }
    return render_to_string("materials/_panel.html", context, request=request)
