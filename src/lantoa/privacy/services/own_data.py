"""One's own data, seen and taken out by the person, or handed over by the unit on request."""

from lantoa.audit import services as audit
from lantoa.audit.enums import Outcome
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Person
from lantoa.organizations.policies import can_see_reasons
from lantoa.organizations.selectors.persons import membership_today
from lantoa.organizations.services.exports import stated_purpose
from lantoa.privacy import errors, policies
from lantoa.privacy.own_data import Section, data_of, memberships_of


def person_behind(actor: Actor) -> Person | None:
    """The person who signed in, whether they hold an appointment or not; None where the account has no person."""
    if actor.user_id is None:
        return None
    return Person.objects.select_related("user", "sector").filter(user_id=actor.user_id).first()


@use_case
def open_own_data(*, actor: Actor, taken_out: bool) -> list[Section]:
    """Everything that is kept about whoever is signed in; `taken_out` where it leaves as a file. Either is logged.

    Empty where the account has no person.
    """
    person = person_behind(actor)
    if person is None:
        return []
    memberships = memberships_of(person)
    sections = data_of(person, memberships, attendance=True, reasons=True)
    audit.record(
        actor=actor,
        action="privacy.open_own_data",
        about=person,
        unit=next((row.unit for row in memberships if clock.today() in row.period), None),
        outcome=Outcome.EXPORTED if taken_out else Outcome.READ,
    )
    return sections


@use_case
def hand_over(*, actor: Actor, person: Person, reason: str) -> list[Section]:
    """What is kept about a person, to be handed over to them on request; the reason stays in the log.

    Attendance over several campaigns is left out: it is shown to the person alone. Raises NotPermitted, PurposeMissing
    or PurposeNamesSomebody.
    """
    membership = membership_today(person)
    if membership is None or not policies.can_hand_over(actor=actor, unit=membership.unit):
        raise errors.NotPermitted
    stated = stated_purpose(reason, [person.full_name])
    reasons = can_see_reasons(actor=actor, unit=membership.unit)
    audit.record(
        actor=actor,
        action="privacy.hand_over",
        about=person,
        unit=membership.unit,
        outcome=Outcome.EXPORTED,
        facts={"purpose": stated},
    )
    return data_of(person, memberships_of(person), attendance=False, reasons=reasons)
