"""Handing in the file of a phone that had no network for days."""

from collections import Counter
from collections.abc import Sequence

import msgspec
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lantoa.kernel.refusals import Refusal
from lantoa.organizations import authority
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.rollcall.bodies import PARCEL, UNPACKED, parse
from lantoa.rollcall.errors import NotAParcel, Unreadable, WrongShape
from lantoa.rollcall.forms.phones import ParcelForm
from lantoa.rollcall.services.parcels import record_parcel
from lantoa.rollcall.views.phones import PAGE, page_context
from lantoa.rollcall.wire import Parcel, ParcelPart
from lantoa.ui.responses import redirect_after_post, render_invalid

_MOST = UNPACKED * PARCEL
_parcels: "msgspec.json.Decoder[Parcel]" = msgspec.json.Decoder(Parcel)


@require_POST
def parcel_hand_in(request: ActorRequest) -> HttpResponse:
    """Record what another phone saved to its file, and say what became of it."""
    if not request.actor.unit_ids(authority.TAKES_ROLL):
        raise NotPermitted
    form = ParcelForm(request.POST, request.FILES, auto_id="parcel_%s")
    if not form.is_valid():
        return render_invalid(request, PAGE, {**page_context(request), "parcel_form": form})
    try:
        parcel = _read(form.cleaned_data["parcel"].read(_MOST + 1))
        _device_id, parts = record_parcel(actor=request.actor, parcel=parcel)
    except NotPermitted:
        raise
    except Refusal as refusal:
        shown = NotAParcel() if isinstance(refusal, (Unreadable, WrongShape)) else refusal
        form.add_error("parcel", str(shown))
        return render_invalid(request, PAGE, {**page_context(request), "parcel_form": form})
    level = messages.WARNING if any(part.code for part in parts) else messages.SUCCESS
    return redirect_after_post(request, "rollcall:device_list", message=outcome(parts), level=level)


def _read(content: bytes) -> Parcel:
    if len(content) > _MOST:
        raise NotAParcel
    return parse(content, _parcels)


def outcome(parts: Sequence[ParcelPart]) -> str:
    """What became of the events, in sentences; of the batches that were refused whole, why, each once."""
    receipts = [receipt for part in parts for receipt in part.receipts]
    counted = Counter("late" if receipt.code == "late" else receipt.outcome for receipt in receipts)
    new, late, known, odd = (counted[kind] for kind in ("accepted", "late", "duplicate", "quarantined"))
    sentences = (
        (new, ngettext("%(count)s mark was recorded.", "%(count)s marks were recorded.", new)),
        (late, ngettext("%(count)s mark waits for an approval.", "%(count)s marks wait for an approval.", late)),
        (known, ngettext("%(count)s mark was known already.", "%(count)s marks were known already.", known)),
        (odd, ngettext("%(count)s mark is to be looked at.", "%(count)s marks are to be looked at.", odd)),
    )
    told = [text % {"count": count} for count, text in sentences if count]
    told += dict.fromkeys(part.message for part in parts if part.code)
    return " ".join(told) or _("The file holds no marks.")
