"""What phones ask the server for (docs/roll-call.md), described at `/api/v1/openapi.json`."""

import gzip
import uuid
from functools import partial
from typing import Annotated, TypeVar

import msgspec
from allauth.core.internal.ratelimit import get_ip
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from msgspec.json import Decoder
from ninja import Path, Router

from lantoa.accounts.limits import Limit, count_try, take_back
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit
from lantoa.rollcall import signing, wire
from lantoa.rollcall.api_schema import described
from lantoa.rollcall.bodies import PARCEL, read_body
from lantoa.rollcall.errors import CodeWrong, OtherUnit, TooMany
from lantoa.rollcall.models import Epoch, Phone
from lantoa.rollcall.selectors.sites import sites_of_unit
from lantoa.rollcall.services.admission import NOBODY, Caller, admit, admit_to_renew, turn_away
from lantoa.rollcall.services.devices import redeem, renew
from lantoa.rollcall.services.gathering import hand_in
from lantoa.rollcall.services.parcels import record_parcel
from lantoa.rollcall.services.rosters import issue_roster, take_back_roster
from lantoa.study_sessions.models import Site

SIGNATURE = "Lantoa-Signature"
SMALL = 1000
"""Answers of fewer bytes are sent as they are."""
_HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
Shape = TypeVar("Shape")
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]

router = Router(tags=["rollcall"])
_redemptions: Decoder[wire.Redemption] = Decoder(wire.Redemption)
_renewals: Decoder[wire.Renewal] = Decoder(wire.Renewal)
_offers: Decoder[wire.OfferedRoster] = Decoder(wire.OfferedRoster)
_batches: Decoder[wire.Batch] = Decoder(wire.Batch)
_parcels: Decoder[wire.Parcel] = Decoder(wire.Parcel)


@router.post(
    "/devices",
    url_name="rollcall_devices",
    response={201: None},
    openapi_extra=described(wire.Redemption, wire.DeviceSelf, status=201, refusals=(400, 401, 403, 409, 413, 422, 429)),
)
def set_up(request: HttpRequest) -> HttpResponse:
    """Make a phone a device, by a code and the hash of the token that it drew. The same phone may ask again."""
    asked = _body(request, None, _redemptions)
    counted = [
        Limit.of("phone_codes", _address(request), borne=60, forgets=20),
        Limit.of("phone_code", asked.code, borne=10, forgets=720),
    ]
    if seconds := count_try(counted):
        turn_away(actor=NOBODY, phone=None, refusal=TooMany(seconds=seconds))
    try:
        user, phone = redeem(
            actor=NOBODY, code=asked.code, token_sha256=asked.token_sha256, label=asked.label, client=asked.client
        )
    except CodeWrong:
        raise
    except Refusal:
        take_back(counted)
        raise
    take_back(counted)
    return _answer(_self(user, phone, Epoch.objects.get().value), status=201)


@router.put(
    "/devices/self/token",
    url_name="rollcall_token",
    openapi_extra=described(wire.Renewal, wire.Expiry, refusals=(400, 401, 403, 409, 413, 422, 429)),
)
def renew_token(request: HttpRequest) -> HttpResponse:
    """Go on with another token, of which the phone tells the hash. It may be told again with the token before."""
    asked = _body(request, None, _renewals)
    caller = admit_to_renew(header=_token(request), address=partial(_address, request), wanted=asked.token_sha256)
    phone = renew(actor=caller.actor, phone=caller.phone, token_sha256=asked.token_sha256)
    return _answer(wire.Expiry(phone.expires_at))


@router.get(
    "/devices/self",
    url_name="rollcall_self",
    openapi_extra=described(None, wire.DeviceSelf, refusals=(401, 403, 429)),
)
def self_(request: HttpRequest) -> HttpResponse:
    """What the phone is: its user, its unit, until when it is good, and the server's key."""
    caller = _called(request)
    return _answer(_self(caller.actor, caller.phone, caller.epoch))


@router.get("/sites", url_name="rollcall_sites", openapi_extra=described(None, wire.Sites, refusals=(401, 403, 429)))
def sites(request: HttpRequest) -> HttpResponse:
    """The sites of the phone's unit from a week ago on."""
    caller = _called(request)
    return _answer(wire.Sites(sites_of_unit(caller.phone.device.unit_id)))


@router.post(
    "/sites/{site_id}/roster",
    url_name="rollcall_roster",
    openapi_extra=described(None, wire.RosterDocument, signed=True, refusals=(401, 403, 422, 429)),
)
def roster(request: HttpRequest, site_id: Number) -> HttpResponse:
    """The list of a site of the phone's unit, signed."""
    caller = _called(request)
    rows = Site.objects.filter(unit_id=caller.phone.device.unit_id).select_related("session__campaign", "unit")
    site = rows.filter(pk=site_id).first()
    if site is None:
        turn_away(actor=caller.actor, phone=caller.phone, refusal=OtherUnit())
    return _signed(request, issue_roster(actor=caller.actor, phone=caller.phone, site=site))


@router.put(
    "/rosters/{roster_id}",
    url_name="rollcall_known_roster",
    response={204: None},
    openapi_extra=described(wire.OfferedRoster, None, status=204, refusals=(400, 401, 403, 413, 422, 429)),
)
def known_roster(request: HttpRequest, roster_id: uuid.UUID) -> HttpResponse:
    """Tell a server that was restored of a list that it signed."""
    caller = _called(request)
    asked = _body(request, caller, _offers)
    take_back_roster(
        actor=caller.actor,
        phone=caller.phone,
        roster_id=roster_id,
        document=asked.document,
        signature=asked.signature,
    )
    return HttpResponse(status=204)


@router.post(
    "/batches",
    url_name="rollcall_batches",
    openapi_extra=described(wire.Batch, wire.Receipts, signed=True, refusals=(400, 401, 403, 409, 413, 422, 429)),
)
def batches(request: HttpRequest) -> HttpResponse:
    """Record what a phone marked: a receipt for each event, signed."""
    caller = _called(request)
    batch = _body(request, caller, _batches)
    receipts = hand_in(actor=caller.actor, phone=caller.phone, batch=batch)
    answer = wire.Receipts(
        server_epoch=caller.epoch, server_time=clock.now(), batch_id=batch.batch_id, receipts=receipts
    )
    return _signed(request, msgspec.json.encode(answer))


@router.post(
    "/parcels",
    url_name="rollcall_parcels",
    openapi_extra=described(wire.Parcel, wire.ParcelReceipts, signed=True, refusals=(400, 401, 403, 413, 422, 429)),
)
def parcels(request: HttpRequest) -> HttpResponse:
    """Hand in what another phone marked: the receipts of each of its batches, signed."""
    caller = _called(request)
    parcel = _body(request, caller, _parcels, times=PARCEL)
    device_id, parts = record_parcel(actor=caller.actor, parcel=parcel)
    answer = wire.ParcelReceipts(server_epoch=caller.epoch, server_time=clock.now(), device_id=device_id, batches=parts)
    return _signed(request, msgspec.json.encode(answer))


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal of a whole request, as phones read it."""
    response = _answer(wire.Problem(refusal.code, str(refusal)), status=refusal.status)
    if refusal.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _called(request: HttpRequest) -> Caller:
    return admit(header=_token(request), address=partial(_address, request))


def _address(request: HttpRequest) -> str:
    """Where wrong tokens and codes are counted. Whoever hides it shares one count with all who do."""
    try:
        return str(get_ip(request))
    except PermissionDenied:
        return ""


def _token(request: HttpRequest) -> str:
    return str(request.META.get("HTTP_AUTHORIZATION", ""))


def _body(request: HttpRequest, caller: Caller | None, decoder: Decoder[Shape], *, times: int = 1) -> Shape:
    """The body as it should be; a refusal of it is on record."""
    try:
        return read_body(request, decoder, times=times)
    except Refusal as refusal:
        turn_away(actor=caller.actor if caller else NOBODY, phone=caller.phone if caller else None, refusal=refusal)


def _self(user: Actor, phone: Phone, epoch: uuid.UUID) -> wire.DeviceSelf:
    return wire.DeviceSelf(
        device_id=phone.pk,
        expires_at=phone.expires_at,
        user_id=phone.device.user_id,
        user=user.full_name,
        unit_id=phone.device.unit_id,
        unit=Unit.objects.only("name").get(pk=phone.device.unit_id).name,
        public_key=wire.JsonWebKey(**signing.public_key()),
        server_epoch=epoch,
        server_time=clock.now(),
    )


def _signed(request: HttpRequest, content: bytes) -> HttpResponse:
    """The bytes with the signature over them; packed where the phone can unpack."""
    headers = {SIGNATURE: signing.sign(content), "Vary": "Accept-Encoding", **_HEADERS}
    if len(content) >= SMALL and "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        content, headers["Content-Encoding"] = gzip.compress(content, compresslevel=6, mtime=0), "gzip"
    return HttpResponse(content, content_type="application/json", headers=headers)


def _answer(said: msgspec.Struct, *, status: int = 200) -> HttpResponse:
    return HttpResponse(
        msgspec.json.encode(said),
        status=status,
        content_type="application/json",
        headers=_HEADERS,
    )
