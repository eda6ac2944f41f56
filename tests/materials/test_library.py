"""Who sees what in the library, what is found there, and what stands on other pages."""

import datetime as dt
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import Settings

from lantoa.directives.models import Directive
from lantoa.kernel import clock
from lantoa.materials import querysets
from lantoa.materials.counting import count_fetch
from lantoa.materials.enums import MaterialState, VersionState
from lantoa.materials.models import Fetch, Material, MaterialVersion, Publication
from lantoa.materials.selectors import fetches_by_unit
from lantoa.materials.weights import offers_of
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Unit
from lantoa.organizations.signals import units_placed
from lantoa.search import sources
from lantoa.search.models import SearchEntry
from tests.directives.factories import make_directive
from tests.files.factories import docx
from tests.materials.factories import make_file, make_line, make_material
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.plans.factories import make_campaign

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


def seen(actor: Actor) -> set[str]:
    return set(Material.objects.visible_to(actor).values_list("title", flat=True))


def found(actor: Actor, text: str) -> list[str]:
    return list(Material.objects.visible_to(actor).found_by(actor, text).values_list("title", flat=True))


def test_what_is_in_use_is_seen_below_and_a_draft_by_its_unit_alone(district: Unit, commune: Unit) -> None:
    make_material(district, title="Huyện dùng")
    make_material(district, title="Huyện soạn", state=VersionState.WAITING)
    make_material(commune, title="Xã dùng")
    make_material(commune, title="Xã soạn", state=VersionState.RETURNED)
    people = {
        (Role.SPEAKER, district): {"Huyện dùng", "Huyện soạn"},
        (Role.OFFICER, district): {"Huyện dùng", "Huyện soạn", "Xã dùng"},
        (Role.CLERK, commune): {"Huyện dùng", "Xã dùng", "Xã soạn"},
        (Role.OFFICER, make_unit()): set(),
    }
    for (role, unit), titles in people.items():
        actor = make_actor(role, unit)
        assert seen(actor) == titles
        assert set(found(actor, "huyen")) | set(found(actor, "xa")) == titles


def test_versions_that_are_not_in_use_stay_with_the_owner(district: Unit, commune: Unit) -> None:
    version = make_material(district).versions.get()
    draft = make_material(district, state=VersionState.WAITING).versions.get()
    below, own = make_actor(Role.OFFICER, commune), make_actor(Role.VIEWER, district)
    assert set(MaterialVersion.objects.visible_to(below)) == {version}
    assert set(MaterialVersion.objects.visible_to(own)) == {version, draft}


def test_the_ledger_shows_what_the_units_below_published(district: Unit, commune: Unit) -> None:
    material = make_material(district)
    own, below = make_line(material, district), make_line(material, commune)
    assert set(Publication.objects.visible_to(make_actor(Role.VIEWER, district))) == {own, below}
    assert set(Publication.objects.visible_to(make_actor(Role.OFFICER, commune))) == {below}
    assert not Publication.objects.visible_to(make_actor(Role.SPEAKER, district))


def test_states_are_told_by_the_columns(district: Unit) -> None:
    draft, used = make_material(district, state=VersionState.WAITING), make_material(district)
    gone = make_material(district)
    Material.objects.filter(pk=gone.pk).update(withdrawn_at=clock.now())
    for state, material in zip(MaterialState, (draft, used, gone), strict=True):
        assert Material.objects.standing(state).get() == material
        assert Material.objects.get(pk=material.pk).state == state


def test_a_material_is_found_by_its_title_its_directive_its_text_and_its_files(district: Unit) -> None:
    actor = make_actor(Role.OFFICER, district)
    file = make_file(docx("Điểm cầu Huổi Luông"), name="a.docx")
    directive = make_directive(district, number="57-NQ/TW")
    make_material(district, title="Đề cương", file=file, text="khoán mười", language="hmong", directives=[directive])
    for words in ("de cuong", "57-NQ/TW", "khoán mười", "huoi luong", "Mông"):
        assert found(actor, words) == ["Đề cương"], words
    none = Material.objects.none()
    assert not Material.objects.visible_to(actor).found_by(actor, "de cuong", among=none)
    file.delete()
    assert found(actor, "huoi luong") == []
    assert found(actor, "de cuong") == ["Đề cương"]


def test_the_index_is_made_again_and_follows_units_that_move(district: Unit, commune: Unit) -> None:
    make_material(commune, title="Xã dùng")
    make_material(commune, title="Xã soạn", state=VersionState.WAITING)
    before = list(SearchEntry.objects.filter(kind=querysets.KIND).order_by("object_id").values("scope", "folded"))
    SearchEntry.objects.all().delete()
    assert sources.missing()[querysets.KIND] == 2
    sources.rebuild()
    assert (
        list(SearchEntry.objects.filter(kind=querysets.KIND).order_by("object_id").values("scope", "folded")) == before
    )
    other = make_unit("Đảng bộ tỉnh")
    Unit.objects.filter(pk=commune.pk).update(parent=other, path=f"{other.path}{commune.pk}.")
    units_placed.send(sender=None, unit_ids=[commune.pk, district.pk])
    assert found(make_actor(Role.VIEWER, other), "xa") == ["Xã dùng"]
    assert found(make_actor(Role.VIEWER, district), "xa") == []
    assert set(found(make_actor(Role.CLERK, commune), "xa")) == {"Xã dùng", "Xã soạn"}


def test_fetches_are_counts_of_units(district: Unit, commune: Unit) -> None:
    material, officer = make_material(district), make_actor(Role.OFFICER, district)
    current = material.versions.get()
    older = MaterialVersion.objects.create(
        client_id=uuid.uuid4(), material=material, number=0, state="superseded", written_by=make_user()
    )
    count_fetch(current, commune.pk)
    count_fetch(older, commune.pk)
    Fetch.objects.create(version=older, unit=district, day=dt.date(2026, 1, 1), count=3)
    count_fetch(make_material(district).versions.get(), commune.pk)
    rows: Any = fetches_by_unit(officer, material)
    assert {row.pk: (row.times, row.current, row.last) for row in rows} == {
        district.pk: (3, 0, dt.date(2026, 1, 1)),
        commune.pk: (2, 1, clock.today()),
    }
    for fetched, unit in ((True, commune), (False, district)):
        assert [one.pk for one in fetches_by_unit(officer, material, fetched=fetched)] == [unit.pk]
    clerk = make_actor(Role.CLERK, commune)
    assert [unit.pk for unit in fetches_by_unit(clerk, material)] == [commune.pk]
    both = replace(clerk, grants=(*clerk.grants, *make_actor(Role.ADMINISTRATOR, district).grants))
    assert [unit.pk for unit in fetches_by_unit(both, material)] == [commune.pk]
    assert str(Fetch.objects.get(unit=district)) == f"{older.pk} {district.pk} 2026-01-01"


def test_the_light_variant_stands_first_on_a_weak_line(district: Unit) -> None:
    light = make_file(b"x" * 20_000, name="nhe.jpg")
    version = make_material(district, file=make_file(b"x" * 2_000_000, name="to.jpg"), light_file=light).versions.get()
    assert [offer.what for offer in offers_of(version, weak_line=True)] == ["nhe.jpg", "to.jpg"]
    strong = offers_of(version, weak_line=False)
    assert [offer.light for offer in strong] == [False, True]
    with override("en"):
        words = [offer.wait_in_words for offer in strong]
    assert words == ["About 2 minutes on a weak line.", "About 1 second on a weak line."]
    video = make_material(district, address="https://vtv.vn/1", text="", light_text="Lời").versions.get()
    first = offers_of(video, weak_line=False)[0]
    assert (first.light, first.size, first.size_in_words) == (False, None, "")
    with override("en"):
        assert first.wait_in_words == "A video needs a strong line."
    assert offers_of(make_material(district, text="").versions.get(), weak_line=True) == []


def client_of(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user(role, unit))
    return client


def test_the_directives_and_the_campaigns_page_show_what_is_in_use(district: Unit, commune: Unit) -> None:
    directive: Directive = make_directive(district, number="57-NQ/TW")
    make_material(district, title="Huyện dùng", directives=[directive])
    make_material(district, title="Huyện soạn", directives=[directive], state=VersionState.WAITING)
    make_material(district, title="Của văn bản khác")
    campaign = make_campaign(district)
    campaign.directives.set([directive])
    client = client_of(Role.OFFICER, district)
    for address in (
        reverse("directives:directive_detail", args=[directive.pk]),
        reverse("plans:campaign_detail", args=[campaign.pk]),
    ):
        page = client.get(address).content.decode()
        assert "Huyện dùng" in page
        assert "Huyện soạn" not in page
        assert "Của văn bản khác" not in page
    create = f"{reverse('materials:material_create')}?directive={directive.pk}"
    assert create in client.get(reverse("directives:directive_detail", args=[directive.pk])).content.decode()
    below = client_of(Role.VIEWER, commune).get(reverse("directives:directive_detail", args=[directive.pk]))
    assert create not in below.content.decode()
