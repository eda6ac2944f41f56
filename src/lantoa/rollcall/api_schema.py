"""The shapes of `wire` in the description of the API."""

from typing import Any

import msgspec

from lantoa.rollcall import wire

_SHAPES = (
    wire.Redemption,
    wire.Renewal,
    wire.OfferedRoster,
    wire.Batch,
    wire.Parcel,
    wire.DeviceSelf,
    wire.Expiry,
    wire.Sites,
    wire.RosterDocument,
    wire.Receipts,
    wire.ParcelReceipts,
    wire.Problem,
)
_REFUSED = {
    400: "unreadable",
    401: "no_token, unknown_device, device_revoked, token_expired",
    403: "not_permitted, other_unit, wrong_roster, code_wrong, code_used, code_expired, parcel_not_genuine",
    409: "unknown_roster, token_taken",
    413: "too_large",
    422: "wrong_shape",
    429: "too_many",
}
_SIGNATURE = {
    "description": "ECDSA P-256 with SHA-256 over the unpacked body: r ‖ s, base64url without padding",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{86}$"},
}


def components() -> dict[str, Any]:
    """The part `components` of the description: every shape, and how phones prove themselves."""
    _schemas, parts = msgspec.json.schema_components(_SHAPES, ref_template="#/components/schemas/{name}")
    return {"schemas": parts, "securitySchemes": {"phone": {"type": "http", "scheme": "bearer"}}}


def described(
    asked: type[msgspec.Struct] | None,
    answered: type[msgspec.Struct] | None,
    *,
    refusals: tuple[int, ...],
    status: int = 200,
    signed: bool = False,
) -> dict[str, Any]:
    """What the description says of one address: the shapes of body and answer, and by which statuses it refuses."""
    answer: dict[str, Any] = {"description": "as asked"}
    if answered is not None:
        answer["content"] = _json(answered)
    if signed:
        answer["headers"] = {"Lantoa-Signature": _SIGNATURE}
    said: dict[str, Any] = {
        "responses": {
            status: answer,
            **{each: {"description": _REFUSED[each], "content": _json(wire.Problem)} for each in refusals},
        }
    }
    if asked is not None:
        said["requestBody"] = {"required": True, "content": _json(asked)}
    if asked is not wire.Redemption:
        said["security"] = [{"phone": []}]
    return said


def _json(shape: type[msgspec.Struct]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape.__name__}"}}}
