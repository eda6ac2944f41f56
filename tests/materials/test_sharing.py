"""Share links and what they open, and the ledger of publications."""

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from lantoa.kernel import clock
from lantoa.materials import errors, services
from lantoa.materials.enums import Channel, VersionState
from lantoa.materials.models import LinkUse, Material, MaterialVersion, Publication, ShareLink
from lantoa.materials.secrets import secret_of
from lantoa.materials.selectors import Reach, reach_by_channel
from lantoa.materials.services.ledger import Published
from lantoa.materials.views import shared as views
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit
from tests.files.factories import MP3
from tests.materials.factories import SINCE, make_file, make_line, make_material
from tests.organizations.factories import make_actor, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def district() -> Unit:
    return make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)


@pytest.fixture
def commune(district: Unit) -> Unit:
    return make_unit("Đảng bộ xã", parent=district, kind=UnitKind.COMMUNE_COMMITTEE)


@pytest.fixture
def officer(district: Unit) -> Actor:
    return make_actor(Role.OFFICER, district)


def share(actor: Actor, material: Material, *, days: int = 30, client_id: uuid.UUID | None = None) -> ShareLink:
    ends_on = clock.today() + dt.timedelta(days=days)
    return services.share_material(actor=actor, client_id=client_id or uuid.uuid4(), material=material, ends_on=ends_on)


def address(link: ShareLink) -> str:
    return reverse("materials:shared", args=[secret_of(link)])


def test_a_link_opens_the_title_and_the_file_and_is_counted(officer: Actor, district: Unit) -> None:
    sound = make_file(MP3, name="ban tin.mp3", kind="audio/mpeg")
    link = share(officer, make_material(district, title="Bản tin tiếng Mông", file=sound, text=""))
    client = Client()
    page = client.get(address(link))
    assert "Bản tin tiếng Mông" in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"  # with less the forms of the page would be refused
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    answer: Any = client.get(f"{address(link)}file/")
    assert b"".join(answer.streaming_content) == MP3
    use = LinkUse.objects.get()
    assert (use.opened, use.fetched, str(use)) == (1, 1, f"{link.pk} {clock.today()}")
    assert client.get(f"{address(link)}file/?light=1").status_code == 404
    assert client.post(address(link)).status_code == 405


def test_a_link_opens_the_version_that_is_in_use(officer: Actor, district: Unit) -> None:
    material = make_material(district, text="Bản cũ")
    link = share(officer, material)
    material.versions.update(state=VersionState.SUPERSEDED)
    MaterialVersion.objects.create(
        client_id=uuid.uuid4(),
        material=material,
        number=2,
        state="in_use",
        text="Bản mới",
        written_by=make_user(),
    )
    assert "Bản mới" in Client().get(address(link)).content.decode()
    material.versions.update(state=VersionState.WITHDRAWN)
    assert Client().get(address(link)).status_code == 404


def test_a_link_that_has_ended_was_revoked_or_never_was_opens_nothing(officer: Actor, district: Unit) -> None:
    material = make_material(district, title="Không ai thấy")
    revoked, ended, held = share(officer, material), share(officer, material), share(officer, material)
    assert services.revoke_link(actor=officer, link=revoked) == services.revoke_link(actor=officer, link=revoked)
    ShareLink.objects.filter(pk=ended.pk).update(ends_on=clock.today() - dt.timedelta(days=1))
    gone = [address(revoked), address(ended), reverse("materials:shared", args=["khong-co"])]
    for where in (*gone, f"{gone[0]}file/"):
        answer = Client().get(where)
        assert answer.status_code == 404
        assert "Không ai thấy" not in answer.content.decode()
    assert Client().get(address(held)).status_code == 200
    services.withdraw_material(actor=officer, material=material, reason="Sai")
    assert Client().get(address(held)).status_code == 404
    assert LinkUse.objects.get().opened == 1


def test_too_many_from_one_line_wait(officer: Actor, district: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "BORNE", 2)
    monkeypatch.setattr(views, "FORGETS", 1000)
    link, client = share(officer, make_material(district)), Client()
    assert [client.get(address(link)).status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = client.get(f"{address(link)}file/")
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (429, True)


def test_a_link_is_made_by_a_writer_for_what_is_in_use_and_for_a_year_at_most(
    officer: Actor, district: Unit, commune: Unit
) -> None:
    material, once = make_material(district), uuid.uuid4()
    link = share(officer, material, client_id=once)
    assert share(officer, material, client_id=once) == link
    assert str(link) == f"{material.pk} {link.ends_on}"
    with pytest.raises(errors.FormSentBefore):
        share(officer, make_material(district), client_id=once)
    for days in (-1, 367):
        with pytest.raises(errors.LinkEndsWrongly):
            share(officer, material, days=days)
    with pytest.raises(errors.NotInUse):
        share(officer, make_material(district, state=VersionState.WAITING))
    for role, unit in ((Role.APPROVER, district), (Role.OFFICER, commune)):
        with pytest.raises(NotPermitted):
            share(make_actor(role, unit), material)
        with pytest.raises(NotPermitted):
            services.revoke_link(actor=make_actor(role, unit), link=link)


def published(**changes: Any) -> Published:
    given: dict[str, Any] = {"channel": Channel.ZALO, "published_on": SINCE, "address": " Nhóm  Zalo bản "}
    return Published(**{**given, **changes})


def record(actor: Actor, material: Material, unit: Unit, said: Published, **values: Any) -> Publication:
    given = {"client_id": uuid.uuid4(), **values}
    return services.record_publication(actor=actor, material=material, unit=unit, published=said, **given)


def test_a_unit_below_writes_into_the_ledger_where_it_published(district: Unit, commune: Unit) -> None:
    material, secretary, once = make_material(district), make_actor(Role.SECRETARY, commune), uuid.uuid4()
    said = published(reach=120, reach_source="Lượt xem trên nhóm")
    line = record(secretary, material, commune, said, client_id=once)
    assert record(secretary, material, commune, said, client_id=once) == line
    assert (line.address, line.reach, line.audited_unit) == ("Nhóm Zalo bản", 120, commune)
    assert str(line) == f"{material.pk} zalo {SINCE}"
    with pytest.raises(errors.FormSentBefore):
        record(secretary, make_material(district), commune, said, client_id=once)


def test_what_the_ledger_cannot_hold_is_refused(officer: Actor, district: Unit, commune: Unit) -> None:
    material = make_material(district)
    for said, refusal in (
        (published(published_on=clock.today() + dt.timedelta(days=1)), errors.PublishedInFuture),
        (published(address=" "), errors.AddressMissing),
        (published(reach=0), errors.ReachUnsourced),
    ):
        with pytest.raises(refusal):
            record(officer, material, district, said)
    with pytest.raises(errors.NotInUse):
        record(officer, make_material(district, state=VersionState.WAITING), district, published())
    for actor, unit in ((officer, commune), (make_actor(Role.CLERK, district), district)):
        with pytest.raises(NotPermitted):
            record(actor, material, unit, published())
    beside = make_unit()
    with pytest.raises(NotPermitted):
        record(make_actor(Role.OFFICER, beside), material, beside, published())
    assert not Publication.objects.exists()


def correct(actor: Actor, line: Publication, **values: Any) -> Publication:
    given: dict[str, Any] = {
        "client_id": uuid.uuid4(),
        "published": published(reach=25, reach_source="Đếm lại"),
        "takes_back": False,
        "reason": "Gõ nhầm",
        **values,
    }
    return services.correct_publication(actor=actor, line=line, **given)


def test_a_line_is_corrected_by_another_and_counts_once(officer: Actor, district: Unit) -> None:
    material = make_material(district)
    line, once = make_line(material, district, reach=250), uuid.uuid4()
    new = correct(officer, line, client_id=once)
    assert correct(officer, line, client_id=once) == new
    line.refresh_from_db()
    assert (line.reach, new.corrects, new.reason) == (250, line, "Gõ nhầm")
    with pytest.raises(errors.CorrectedAlready):
        correct(officer, line)
    with pytest.raises(errors.FormSentBefore):
        correct(officer, new, client_id=line.client_id)
    with pytest.raises(errors.ReasonMissing):
        correct(officer, new, reason=" ")
    with pytest.raises(NotPermitted):
        correct(make_actor(Role.CLERK, district), new)
    make_line(material, district, reach=None)
    assert reach_by_channel(officer, material) == [Reach(Channel.ZALO, 2, 25, 1)]
    correct(officer, new, takes_back=True)
    assert reach_by_channel(officer, material) == [Reach(Channel.ZALO, 1, 0, 1)]


def test_the_database_keeps_the_ledger_sound(district: Unit) -> None:
    line = make_line(make_material(district), district)
    for broken in ({"takes_back": True}, {"corrects": line}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Publication.objects.filter(pk=line.pk).update(**broken)
