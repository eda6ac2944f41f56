"""Reads about one person's data."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from lantoa.files.models import StoredFile
from lantoa.kernel import clock
from lantoa.organizations.models import Appointment, Membership, Person, TemporaryMembership, Unit
from lantoa.organizations.querysets import MembershipQuerySet
from lantoa.organizations.restricting import marked
from lantoa.organizations.selectors.persons import membership_today
from lantoa.privacy.enums import ErasureState, RequestField, RequestKind, RequestState
from lantoa.privacy.errors import RequestsClash
from lantoa.privacy.mentions import Column, count_mentions, namesakes, terms_of
from lantoa.privacy.models import DataRequest, Erasure
from lantoa.privacy.stored_files import files_bearing


def former_members(unit: Unit) -> MembershipQuerySet:
    """The last memberships, at this unit, of people whom no unit counts any more and whose data are not erased, each
    with `restricted`."""
    lasting = Membership.objects.filter(Q(period__contains=clock.today()) | Q(period__startswith__gt=clock.today()))
    gone = Erasure.objects.filter(state=ErasureState.DONE)
    last = Membership.objects.order_by("person_id", "-period").distinct("person_id")
    return marked(
        Membership.objects.filter(unit=unit, pk__in=last.values("pk"))
        .exclude(person_id__in=lasting.values("person_id"))
        .exclude(person_id__in=gone.values("person_id"))
        .select_related("person")
    )


def last_membership(person: Person) -> Membership | None:
    """The membership that began last, with its unit and `restricted`; it may hold still."""
    rows = Membership.objects.filter(person=person).select_related("unit__parent").order_by("-period")
    return marked(rows).first()


def lasting_membership(person: Person) -> Membership | TemporaryMembership | None:
    """A membership, or a stay for a time, of today or to come."""
    today = clock.today()
    lasting = Q(person=person) & (Q(period__contains=today) | Q(period__startswith__gt=today))
    return (
        Membership.objects.filter(lasting).select_related("unit").first()
        or TemporaryMembership.objects.filter(lasting).select_related("unit").first()
    )


def lasting_appointment(person: Person) -> Appointment | None:
    """An appointment of today or to come."""
    today = clock.today()
    rows = Appointment.objects.filter(person=person).select_related("unit")
    return rows.filter(Q(period__contains=today) | Q(period__startswith__gt=today)).first()


@dataclass(frozen=True)
class Preview:
    """What an erasure would change, as far as words and files go. With namesakes, none of them is touched."""

    namesakes: bool
    texts: dict[Column, int]
    official: dict[Column, int]
    files: list[StoredFile]

    @property
    def text_rows(self) -> int:
        """In how many rows of typed words the name would be replaced."""
        return sum(self.texts.values())

    @property
    def official_rows(self) -> int:
        """How many documents of the register mention the name; they stay as they are."""
        return sum(self.official.values())


def preview_erasure(person: Person) -> Preview:
    """Where the name stands outside the person's own records."""
    terms = terms_of(person)
    if not terms:
        return Preview(namesakes(person), {}, {}, [])
    return Preview(namesakes(person), count_mentions(terms), count_mentions(terms, "official"), files_bearing(terms))


def restricted_persons() -> "QuerySet[DataRequest, int]":
    """The numbers of the persons whose processing is restricted."""
    return DataRequest.objects.restrictions().order_by().values_list("person_id", flat=True)


def unit_of(request: DataRequest) -> Unit:
    """The unit whose keepers decide on a request: the one that counts the person today, else that of the request."""
    membership = membership_today(request.person)
    return membership.unit if membership else request.unit


def current_value(request: DataRequest, membership: Membership | None = None) -> str:
    """What the field of a correction says now, as a reader would write it; empty for a restriction."""
    if not request.field:
        return ""
    if request.field == RequestField.STANDING:
        found = membership or membership_today(request.person)
        return str(found.get_standing_display()) if found else ""
    return str(getattr(request.person, request.field) or "")


def same_open(kept_id: int, merged_id: int) -> set[int]:
    """Nothing of a record that is merged stays behind. Raises RequestsClash where both have the same request open."""
    rows = DataRequest.objects.filter(
        Q(state=RequestState.REQUESTED) | Q(kind=RequestKind.RESTRICTION, state=RequestState.DONE)
    )
    held = {
        person_id: set(rows.filter(person_id=person_id).values_list("kind", "field", "state"))
        for person_id in (kept_id, merged_id)
    }
    if held[kept_id] & held[merged_id]:
        raise RequestsClash
    return set()
