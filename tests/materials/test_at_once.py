"""Two people, or one form twice, at the same moment: real transactions against each other."""

import uuid

import pytest

from lantoa.kernel import clock
from lantoa.materials import errors, services
from lantoa.materials.counting import count_fetch
from lantoa.materials.enums import VersionState
from lantoa.materials.models import Fetch, ShareLink
from lantoa.materials.services import Content
from lantoa.materials.services.ledger import Published
from lantoa.organizations.enums import Role, UnitKind
from tests.materials.factories import make_line, make_material
from tests.organizations.factories import make_actor, make_unit
from tests.plans.racing import run_at_once


@pytest.mark.django_db(transaction=True)
def test_what_is_done_twice_at_once_is_done_once() -> None:
    unit = make_unit(kind=UnitKind.DISTRICT_COMMITTEE)
    writer, first, second = (make_actor(role, unit) for role in (Role.OFFICER, Role.APPROVER, Role.APPROVER))
    material = make_material(unit, state=VersionState.WAITING)
    waiting = material.versions.get()
    outcomes = run_at_once(
        lambda: services.accept_version(actor=first, version=waiting),
        lambda: services.return_version(actor=second, version=waiting, comment="Sửa"),
    )
    assert [type(outcome) for outcome in outcomes if outcome] == [errors.NotWaiting]
    used = make_material(unit)
    once = uuid.uuid4()

    def share() -> None:
        services.share_material(actor=writer, client_id=once, material=used, ends_on=clock.today())

    def write() -> None:
        services.write_version(
            actor=writer, client_id=uuid.uuid4(), material=used, content=Content(text="Mới"), change="Mới"
        )

    assert run_at_once(share, share, write, write) == [None] * 4
    assert ShareLink.objects.count() == 1
    assert dict(used.versions.values_list("number", "state")) == {1: "in_use", 2: "superseded", 3: "waiting"}
    version = used.versions.get(number=1)
    assert run_at_once(*[lambda: count_fetch(version, unit.pk)] * 4) == [None] * 4
    assert Fetch.objects.get().count == 4
    line = make_line(used, unit)

    def correct() -> None:
        told = Published(channel="zalo", published_on=line.published_on, address="Nhóm khác")
        services.correct_publication(
            actor=writer, client_id=uuid.uuid4(), line=line, published=told, takes_back=False, reason="Nhầm"
        )

    outcomes = run_at_once(correct, correct)
    assert [type(outcome) for outcome in outcomes if outcome] == [errors.CorrectedAlready]
