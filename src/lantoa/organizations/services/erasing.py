"""What this app, and the accounts beneath it, hold about a person whose data are erased."""

import datetime as dt
import uuid

from django.db.models import Q

from lantoa.accounts.erasing import forget_user
from lantoa.notifications.erasing import forget_inbox
from lantoa.organizations import erasing
from lantoa.organizations.enums import ReasonClass
from lantoa.organizations.erasing import Subject
from lantoa.organizations.models import (
    ActivityExemption,
    Appointment,
    Departure,
    ImportRow,
    Person,
    PersonMerge,
    Transfer,
)

NO_NAME = "–"
"""Stands where the name stood; the person's number tells erased people apart."""
NO_DATE = dt.date(1900, 1, 1)
"""Stands for the date of a decision where the row must have one."""


def forget_person(subject: Subject) -> int:
    """Take the name and all that tells the person apart out of the register.

    Memberships and the days of exemptions and appointments stay, since figures are counted from them; why the person
    left goes. The records that went into this one are forgotten with it. Returns the number of rows changed.
    """
    person = Person.objects.select_for_update().get(pk=subject.person_id)
    rows = _forget_mergers(person) + _forget_rows(person)
    person.client_id = uuid.uuid4()
    person.full_name, person.birth_year, person.village, person.code = NO_NAME, None, "", ""
    person.is_manager, person.sector, person.user = False, None, None
    person.set_texts()
    person.version += 1
    person.save()
    rows += ActivityExemption.objects.filter(person=person).update(
        reason_class=ReasonClass.OTHER, decision_number=NO_NAME, decision_date=NO_DATE
    )
    rows += Appointment.objects.filter(person=person).update(
        client_id=None, title="", decision_number="", decision_date=None
    )
    rows += Transfer.objects.filter(person=person).update(letter_number=NO_NAME, letter_date=NO_DATE, cancel_reason="")
    rows += Departure.objects.filter(person=person).delete()[0]
    return 1 + rows


def forget_account(subject: Subject) -> int:
    """Take the sign-in name, the address and the sessions out of the accounts. Returns the number of rows changed."""
    return forget_user(subject.user_id) if subject.user_id is not None else 0


def forget_notifications(subject: Subject) -> int:
    """Take away what the person was told, and what was still to be sent. Returns the number of rows changed."""
    return forget_inbox(subject.user_id) if subject.user_id is not None else 0


def _forget_mergers(person: Person) -> int:
    """Forget the records that went into the person's, with what every app holds about them, and what they were before;
    they can no longer be parted."""
    inside = PersonMerge.objects.filter(kept=person, undone_at__isnull=True).values_list("merged_id", flat=True)
    rows = sum(sum(erasing.run(Subject(merged_id, None)).values()) for merged_id in list(inside))
    return rows + PersonMerge.objects.filter(Q(kept=person) | Q(merged=person)).delete()[0]


def _forget_rows(person: Person) -> int:
    """Empty what imports read about the person: the row that became the record, and rows of the same name and year that
    were left out."""
    same = Q(values__full_name=person.full_name) & (
        Q(values__birth_year=person.birth_year) | Q(values__birth_year__icontains=str(person.birth_year or ""))
    )
    return ImportRow.objects.filter(Q(person=person) | same).update(
        values={}, record=None, problems=[], cells=[], before=None, differences=None
    )
