"""The shapes of docs/roll-call.md: what phones send and what they hear, checked while it is parsed."""

import datetime as dt
import uuid
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

LARGEST = 2**31 - 1
Number = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Seq = Annotated[int, Meta(ge=1, le=2**53 - 1)]
"""As far as a phone can count."""
Count = Annotated[int, Meta(ge=0, le=LARGEST)]
Moment = Annotated[dt.datetime, Meta(tz=True)]
Sha256 = Annotated[str, Meta(max_length=64, pattern=r"^[0-9a-f]{64}$")]
Version = Annotated[str, Meta(max_length=20, pattern=r"^[^\u0000]*$")]
Text = Annotated[str, Meta(max_length=100, pattern=r"^[^\u0000]*$")]
MOST_EVENTS = 200
MOST_BATCHES = 50


class Body(Struct, frozen=True, kw_only=True):
    """What is sent. Fields that a later version adds are passed over."""


class Redemption(Body, frozen=True, kw_only=True):
    """What a phone says when it is set up."""

    code: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\u0000]*$")]
    token_sha256: Sha256
    label: Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\u0000]*$")]
    client: Version = ""


class Renewal(Body, frozen=True, kw_only=True):
    """The hash of the token that a phone drew to go on with."""

    token_sha256: Sha256


class OfferedRoster(Body, frozen=True, kw_only=True):
    """A roster as the phone keeps it: the very text that was signed."""

    document: Annotated[str, Meta(max_length=200_000)]
    signature: Annotated[str, Meta(max_length=100)]


class PhoneEvent(Body, frozen=True, kw_only=True):
    """One mark. `entry_id` is the `person_id` of the contract; `reason` and `card` go to the quarantine where they are
    wrong, and refuse no batch."""

    event_id: uuid.UUID
    seq: Seq
    entry_id: Number = msgspec.field(name="person_id")
    status: Literal["present", "late", "excused", "absent", "retracted"]
    method: Literal["tick", "scan"]
    reason_class: Annotated[str, Meta(max_length=20, pattern=r"^[^\u0000]*$")] = msgspec.field(
        name="reason", default=""
    )
    wall_time: Moment
    monotonic_ms: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | None = None
    roster_id: uuid.UUID
    card: Text = ""

    def __post_init__(self) -> None:
        _refuse_unreal(self.wall_time)


class Counts(Body, frozen=True, kw_only=True):
    """How many of a list the phone shows in each state."""

    present: Count
    late: Count
    excused: Count
    absent: Count


class PhoneClosing(Body, frozen=True, kw_only=True):
    """The closing of a roll as the phone reports it."""

    event_id: uuid.UUID
    seq: Seq
    roster_id: uuid.UUID
    wall_time: Moment
    counts: Counts
    states_sha256: Sha256
    absent_rest: bool
    guests: Count = 0
    guests_note: Annotated[str, Meta(max_length=300, pattern=r"^[^\u0000]*$")] = ""

    def __post_init__(self) -> None:
        _refuse_unreal(self.wall_time)


class Batch(Body, frozen=True, kw_only=True):
    """Events of one site, as a phone sends them."""

    batch_id: uuid.UUID
    sent_at: Moment
    server_epoch: uuid.UUID
    waiting: Count
    refused: Count
    client: Version
    session_id: Number
    site_id: Number
    events: Annotated[tuple[PhoneEvent, ...], Meta(max_length=MOST_EVENTS)] = ()
    closings: Annotated[tuple[PhoneClosing, ...], Meta(max_length=MOST_EVENTS)] = ()

    def __post_init__(self) -> None:
        _refuse_unreal(self.sent_at)
        if len(self.events) + len(self.closings) > MOST_EVENTS:
            raise ValueError(f"at most {MOST_EVENTS} events and closings")


class Parcel(Body, frozen=True, kw_only=True):
    """The queue of a phone that somebody else carries. `content` is the JSON of a `ParcelContent`."""

    content: str
    mac: Annotated[str, Meta(max_length=100)]


class ParcelContent(Body, frozen=True, kw_only=True):
    """What a parcel holds."""

    format: Literal["lantoa-roll-1"]
    device_id: Number
    made_at: Moment
    batches: Annotated[tuple[Batch, ...], Meta(max_length=MOST_BATCHES)]


class Receipt(Struct, frozen=True):
    """What became of one event; `code` and `message` say why it was put aside, or that it waits for an approval."""

    event_id: uuid.UUID
    outcome: Literal["accepted", "duplicate", "quarantined"]
    code: str = ""
    message: str = ""


class Receipts(Struct, frozen=True, kw_only=True):
    """The answer to a batch."""

    server_epoch: uuid.UUID
    server_time: dt.datetime
    batch_id: uuid.UUID
    receipts: list[Receipt]


class ParcelPart(Struct, frozen=True, kw_only=True):
    """The answer to one batch of a parcel; `code` and `message` where the whole of it was refused."""

    batch_id: uuid.UUID
    receipts: list[Receipt]
    code: str = ""
    message: str = ""


class ParcelReceipts(Struct, frozen=True, kw_only=True):
    """The answer to a parcel."""

    server_epoch: uuid.UUID
    server_time: dt.datetime
    device_id: int
    batches: list[ParcelPart]


class JsonWebKey(Struct, frozen=True):
    """The server's public key, as WebCrypto imports it."""

    kty: str
    crv: str
    x: str
    y: str


class DeviceSelf(Struct, frozen=True, kw_only=True):
    """What a phone knows of itself."""

    device_id: int
    expires_at: dt.datetime
    user_id: int
    user: str
    unit_id: int
    unit: str
    public_key: JsonWebKey
    server_epoch: uuid.UUID
    server_time: dt.datetime


class Expiry(Struct, frozen=True):
    """How long a token is good."""

    expires_at: dt.datetime


class SiteLine(Struct, frozen=True):
    """A site whose roll may be taken with the phone."""

    site_id: int
    session_id: int
    title: str
    site: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    people: int
    closed: bool


class Sites(Struct, frozen=True):
    """The sites of the phone's unit."""

    sites: list[SiteLine]


class RosterPerson(Struct, frozen=True, array_like=True):
    """One person on a roster, as an array."""

    person_id: int
    name: str
    hint: str
    value: str
    card: str


class RosterCard(Struct, frozen=True, array_like=True):
    """One more card of a person on a roster, as an array."""

    person_id: int
    card: str


class RosterDocument(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A roster."""

    roster_id: uuid.UUID
    device_id: int
    session_id: int
    site_id: int
    title: str
    site: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    issued_at: Moment
    expires_at: Moment
    salt: str
    closed: bool
    people: list[RosterPerson]
    other_cards: tuple[RosterCard, ...] = ()


class Problem(Struct, frozen=True):
    """Why a whole request was refused; `message` says what to do next."""

    code: str
    message: str


def _refuse_unreal(moment: dt.datetime) -> None:
    """The first and the last year of the calendar cannot be told in another time zone."""
    if not 1 < moment.year < dt.MAXYEAR:
        raise ValueError("a moment between the years 2 and 9998")
