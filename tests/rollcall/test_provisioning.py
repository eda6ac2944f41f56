"""Codes for phones: for whom, how long, and kept as a hash alone."""

import datetime as dt
import hashlib
import uuid

import pytest

from lantoa.accounts.codes import LETTERS
from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Appointment
from lantoa.rollcall import codes
from lantoa.rollcall.models import Provisioning
from lantoa.rollcall.services.admission import NOBODY
from lantoa.rollcall.services.devices import redeem
from lantoa.rollcall.services.provisioning import provision
from tests.organizations.factories import ALWAYS, make_actor, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SECRETARY, Role.CLERK])
def test_whoever_takes_the_roll_makes_a_code_for_themselves(role: Role) -> None:
    unit = make_unit()
    actor = make_actor(role, unit)
    made, code = provision(actor=actor, unit=unit)
    assert (made.unit, made.user_id, made.phone_id) == (unit, actor.user_id, None)
    assert made.expires_at - made.created_at == dt.timedelta(hours=24)
    assert made.code_sha256 == hashlib.sha256(code.encode()).hexdigest()
    assert Entry.objects.get(action="rollcall.provision").unit_id == unit.pk


def test_a_code_is_found_as_people_type_it_and_says_more_than_128_bits() -> None:
    unit = make_unit()
    made, code = provision(actor=make_actor(Role.CLERK, unit), unit=unit)
    assert len(set(LETTERS)) ** len(code) > 2**128
    shown = codes.grouped(code)
    assert [len(group) for group in shown.split()] == [4] * 8
    assert {codes.digest_of(typed) for typed in (code, shown, shown.lower(), shown.replace(" ", "-"))} == {
        made.code_sha256
    }
    assert codes.digest_of(code[1:] + code[0].translate({ord(code[0]): "B"})) != made.code_sha256


def test_a_form_that_is_sent_twice_gets_the_same_code() -> None:
    unit, other = make_unit(), make_unit()
    user, form = make_user(Role.CLERK, unit), uuid.uuid4()
    Appointment.objects.create(person=user.person, role=Role.CLERK, unit=other, period=ALWAYS)
    actor = Actor.of(user)
    first = provision(actor=actor, unit=unit, client_id=form)
    assert provision(actor=actor, unit=unit, client_id=form) == first
    assert (len(first[1]), set(first[1]) - set(LETTERS)) == (codes.LENGTH, set())
    assert Entry.objects.filter(action="rollcall.provision").count() == 1
    rest = [
        provision(actor=actor, unit=unit, client_id=uuid.uuid4()),
        provision(actor=actor, unit=other, client_id=form),
        provision(actor=make_actor(Role.CLERK, unit), unit=unit, client_id=form),
    ]
    assert len({code for _made, code in [first, *rest]}) == 4


def test_a_form_that_is_sent_again_after_its_code_was_used_gets_another() -> None:
    unit = make_unit()
    actor, form = make_actor(Role.CLERK, unit), uuid.uuid4()
    _made, used = provision(actor=actor, unit=unit, client_id=form)
    redeem(actor=NOBODY, code=used, token_sha256="0" * 64, label="Máy", client="1.0")
    _made, code = provision(actor=actor, unit=unit, client_id=form)
    assert code != used
    with clock.supposing(clock.now() + dt.timedelta(hours=25)):
        assert provision(actor=actor, unit=unit, client_id=form)[0].expires_at > clock.now()


@pytest.mark.parametrize("role", [Role.APPROVER, Role.FOLLOWER, Role.INSPECTOR, Role.VIEWER, Role.ADMINISTRATOR])
def test_nobody_else_makes_one(role: Role) -> None:
    unit = make_unit()
    with pytest.raises(NotPermitted):
        provision(actor=make_actor(role, unit), unit=unit)
    assert not Provisioning.objects.exists()
    assert Entry.objects.get(action="rollcall.provision").outcome == Outcome.REFUSED


def test_not_even_an_officer_for_a_unit_below() -> None:
    committee = make_unit()
    cell = make_unit(parent=committee)
    with pytest.raises(NotPermitted):
        provision(actor=make_actor(Role.OFFICER, committee), unit=cell)
