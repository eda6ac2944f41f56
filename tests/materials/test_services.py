"""Entering a material, its versions and their review, withdrawal."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import File
from pytest_django import Settings

from lantoa.audit.models import Entry
from lantoa.files import errors as file_errors
from lantoa.files.models import StoredFile
from lantoa.materials import errors, services
from lantoa.materials.counting import count_fetch, unit_of_reader
from lantoa.materials.enums import MaterialKind, MaterialState, VersionState
from lantoa.materials.facts import Facts
from lantoa.materials.models import Fetch, Material, MaterialVersion
from lantoa.materials.services import Content
from lantoa.notifications.models import Notification
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.models import Appointment, Unit
from lantoa.search import sources
from tests.directives.factories import make_directive
from tests.files.factories import JPEG, MP3, docx, jpeg, pdf, upload
from tests.materials.factories import make_material
from tests.organizations.factories import ALWAYS, make_actor, make_unit, make_user

pytestmark = pytest.mark.django_db
TEXT = Content(text="Nội dung chính")


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


@pytest.fixture
def approver(district: Unit) -> Actor:
    return make_actor(Role.APPROVER, district)


def facts(unit: Unit, **changes: Any) -> Facts:
    given: dict[str, Any] = {
        "title": "Đề cương",
        "directives": (make_directive(unit),),
        "audience": "members",
        "language": "vi",
    }
    return Facts(**{**given, **changes})


def register(actor: Actor, unit: Unit, content: Content = TEXT, **values: Any) -> Material:
    given: dict[str, Any] = {"client_id": uuid.uuid4(), "kind": MaterialKind.OUTLINE, "facts": None, **values}
    given["facts"] = given["facts"] or facts(unit)
    return services.register_material(actor=actor, owner=unit, content=content, **given)


def filed(file: "File[bytes]", light: "File[bytes] | None" = None, **values: Any) -> Content:
    return Content(upload=file, light_upload=light, no_secrecy_declared=True, **values)


def write(actor: Actor, material: Material, content: Content = TEXT, **values: Any) -> MaterialVersion:
    given: dict[str, Any] = {"client_id": uuid.uuid4(), "change": "Bổ sung số liệu", **values}
    return services.write_version(actor=actor, material=material, content=content, **given)


def test_a_material_waits_for_review_and_its_approvers_are_told(
    officer: Actor, approver: Actor, district: Unit
) -> None:
    once, said = uuid.uuid4(), facts(district, title="  Đề  cương ")
    material = register(officer, district, client_id=once, facts=said)
    assert register(officer, district, client_id=once, facts=said) == material
    version = material.versions.get()
    assert (material.title, material.state, version.state) == ("Đề cương", MaterialState.DRAFT, VersionState.WAITING)
    assert Notification.objects.get().receiver_id == approver.user_id
    assert Entry.objects.about(material).filter(action="materials.register_material").count() == 1
    assert str(material) == "Đề cương"
    assert str(version) == f"{material.pk} 1"
    assert version.audited_unit == material.audited_unit == district


@pytest.mark.parametrize("role", [Role.APPROVER, Role.CLERK, Role.VIEWER, Role.SPEAKER])
def test_others_enter_no_material(role: Role, district: Unit) -> None:
    with pytest.raises(NotPermitted):
        register(make_actor(role, district), district)


def test_the_secretary_enters_one_but_for_no_other_unit(district: Unit, commune: Unit) -> None:
    secretary = make_actor(Role.SECRETARY, district)
    assert register(secretary, district).owner == district
    with pytest.raises(NotPermitted):
        register(secretary, commune)


def test_what_cannot_be_true_of_a_material_is_refused(officer: Actor, district: Unit) -> None:
    elsewhere = make_unit()
    for changes, refusal in (
        ({"title": " "}, errors.TitleMissing),
        ({"directives": ()}, errors.DirectivesMissing),
        ({"directives": (make_directive(elsewhere),)}, errors.DirectivesOutOfReach),
        ({"place": elsewhere}, errors.PlaceOutside),
    ):
        with pytest.raises(refusal):
            register(officer, district, facts=facts(district, **changes))
    assert not Material.objects.exists()


def test_a_form_is_used_for_one_unit_and_one_material(officer: Actor, district: Unit) -> None:
    both = make_user(Role.OFFICER, district)
    other = make_unit()
    once = uuid.uuid4()
    register(officer, district, client_id=once)
    with pytest.raises(errors.FormSentBefore):
        register(make_actor(Role.OFFICER, other), other, client_id=once)
    writing = Actor.of(both)
    write(writing, make_material(district), client_id=once)
    with pytest.raises(errors.FormSentBefore):
        write(writing, make_material(district), client_id=once)


@pytest.mark.parametrize(
    ("kind", "content", "refusal"),
    [
        ("video", Content(text="x"), errors.LinkMissing),
        ("outline", Content(text="x", address="https://x.vn"), errors.LinkUnfit),
        ("outline", Content(text="  "), errors.ContentMissing),
        ("outline", Content(text="x", light_text="y"), errors.LightWithoutFull),
        ("outline", Content(text="Đề cương\n  TỐI MẬT\nNội dung"), errors.TextMarkedSecret),
        ("outline", Content(text="x", light_text="(Mật)"), errors.TextMarkedSecret),
        ("outline", filed(upload("anh.jpg", JPEG)), errors.FileUnfit),
        ("audio", filed(upload()), errors.FileUnfit),
        ("picture", filed(upload("a.jpg", JPEG), upload("b.pdf")), errors.FileUnfit),
        ("picture", filed(upload("a.jpg", JPEG), upload("b.jpg", jpeg((0xE2, b"ICC")))), errors.LightNotLighter),
        ("outline", Content(upload=upload()), file_errors.SecrecyNotDeclared),
    ],
)
def test_what_no_material_of_the_kind_comes_in_is_refused(
    officer: Actor, district: Unit, kind: str, content: Content, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        register(officer, district, content, kind=kind)
    assert not Material.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_refused_light_variant_is_told_beside_its_own_field(officer: Actor, district: Unit) -> None:
    with pytest.raises(file_errors.KindNotAllowed) as refused:
        register(officer, district, filed(upload("a.docx", docx("Đề cương")), upload("b.pdf", b"MZ")))
    assert refused.value.field == "light_upload"


def test_a_version_holds_a_file_with_a_lighter_one_and_a_video_its_address(officer: Actor, district: Unit) -> None:
    light = upload("nhe.mp3", MP3)
    heard = register(officer, district, filed(upload("a.mp3", MP3 + b"\0" * 50), light), kind="audio").versions.get()
    assert heard.file is not None
    assert heard.light_file is not None
    assert heard.light_file.size < heard.file.size
    assert heard.has_light
    seen = register(officer, district, Content(address="https://vtv.vn/1"), kind="video").versions.get()
    assert (seen.address, seen.has_light) == ("https://vtv.vn/1", False)


def test_an_approver_accepts_and_a_newer_version_takes_its_place(
    officer: Actor, approver: Actor, district: Unit
) -> None:
    material = register(officer, district)
    first = services.accept_version(actor=approver, version=material.versions.get())
    assert services.accept_version(actor=approver, version=first).reviewed_at == first.reviewed_at
    material.refresh_from_db()
    assert material.state == MaterialState.IN_USE
    second = write(officer, material)
    services.accept_version(actor=approver, version=second)
    assert dict(material.versions.values_list("number", "state")) == {1: "superseded", 2: "in_use"}
    assert Entry.objects.filter(action="materials.accept_version").count() == 2


def test_nobody_reviews_what_they_wrote(district: Unit) -> None:
    user = make_user(Role.OFFICER, district)
    material = register(Actor.of(user), district)
    user.person.appointments.update(role=Role.APPROVER)
    for step in (services.accept_version, lambda **given: services.return_version(comment="Sửa", **given)):
        with pytest.raises(errors.OwnVersion):
            step(actor=Actor.of(user), version=material.versions.get())


def test_only_an_approver_of_the_unit_reviews(officer: Actor, district: Unit, commune: Unit) -> None:
    version = register(officer, district).versions.get()
    for role, unit in ((Role.SECRETARY, district), (Role.APPROVER, commune), (Role.APPROVER, make_unit())):
        with pytest.raises(NotPermitted):
            services.accept_version(actor=make_actor(role, unit), version=version)


def test_a_returned_version_says_what_to_mend_and_its_author_is_told(
    officer: Actor, approver: Actor, district: Unit
) -> None:
    material = register(officer, district)
    version = material.versions.get()
    with pytest.raises(errors.CommentMissing):
        services.return_version(actor=approver, version=version, comment=" ")
    back = services.return_version(actor=approver, version=version, comment="Thiếu nguồn số liệu")
    assert services.return_version(actor=approver, version=version, comment="Khác").comment == "Thiếu nguồn số liệu"
    assert back.state == VersionState.RETURNED
    assert Notification.objects.filter(receiver_id=officer.user_id, kind="materials.returned").count() == 1
    with pytest.raises(errors.NotWaiting):
        services.accept_version(actor=approver, version=version)


def test_a_later_version_takes_the_place_of_one_that_waits(officer: Actor, approver: Actor, district: Unit) -> None:
    material = register(officer, district)
    first, once = material.versions.get(), uuid.uuid4()
    second = write(officer, material, client_id=once)
    assert write(officer, material, client_id=once) == second
    with pytest.raises(errors.NotWaiting):
        services.accept_version(actor=approver, version=first)
    with pytest.raises(errors.ChangeUnexplained):
        write(officer, material, change=" ")
    with pytest.raises(NotPermitted):
        write(approver, material)


def test_a_correction_of_the_entry_is_versioned(officer: Actor, approver: Actor, district: Unit, commune: Unit) -> None:
    material = register(officer, district)
    kept = tuple(material.directives.all())
    said = facts(district, title="Đề cương sửa", directives=kept, place=commune)
    changed = services.change_material(actor=officer, material=material, version=1, facts=said)
    assert (changed.title, changed.place, changed.version) == ("Đề cương sửa", commune, 2)
    assert services.change_material(actor=officer, material=material, version=1, facts=said).version == 2
    other = facts(district, title="Đề cương sửa", place=commune)
    with pytest.raises(Stale):
        services.change_material(actor=officer, material=material, version=1, facts=other)
    assert services.change_material(actor=officer, material=material, version=2, facts=other).version == 3
    with pytest.raises(NotPermitted):
        services.change_material(actor=approver, material=material, version=3, facts=other)


def test_a_withdrawal_is_told_to_the_units_that_fetched_it(
    officer: Actor, approver: Actor, district: Unit, commune: Unit
) -> None:
    material, reader = make_material(district), make_actor(Role.CLERK, commune)
    make_actor(Role.CLERK, make_unit("Đảng bộ xã khác", parent=district))
    count_fetch(material.versions.get(), unit_of_reader(reader, material))
    count_fetch(material.versions.get(), unit_of_reader(reader, material))
    assert Fetch.objects.get().count == 2
    with pytest.raises(errors.ReasonMissing):
        services.withdraw_material(actor=officer, material=material, reason=" ")
    with pytest.raises(NotPermitted):
        services.withdraw_material(actor=reader, material=material, reason="Sai")
    gone = services.withdraw_material(actor=approver, material=material, reason="Số liệu sai")
    assert (
        services.withdraw_material(actor=officer, material=material, reason="Số liệu sai").withdrawn_at
        == gone.withdrawn_at
    )
    assert [told.receiver_id for told in Notification.objects.filter(kind="materials.withdrawn")] == [reader.user_id]
    assert material.versions.get().state == VersionState.WITHDRAWN
    with pytest.raises(errors.Withdrawn):
        services.withdraw_material(actor=officer, material=material, reason="Lý do khác")
    with pytest.raises(errors.Withdrawn):
        write(officer, material)
    with pytest.raises(errors.Withdrawn):
        services.change_material(actor=officer, material=material, version=1, facts=facts(district))


def test_what_was_never_accepted_is_not_found_after_the_withdrawal(
    officer: Actor, approver: Actor, district: Unit, commune: Unit
) -> None:
    material, below = register(officer, district), make_actor(Role.OFFICER, commune)
    services.accept_version(actor=approver, version=material.versions.get())
    write(officer, material, Content(text="Số liệu chưa duyệt"))
    services.withdraw_material(actor=officer, material=material, reason="Sai")
    sources.rebuild()
    visible = Material.objects.visible_to(below)
    assert visible.found_by(below, TEXT.text).get() == material
    assert not visible.found_by(below, "chưa duyệt")


def test_a_fetch_counts_for_the_readers_unit_under_the_owner(district: Unit, commune: Unit) -> None:
    material = make_material(commune)
    user = make_user(Role.VIEWER, district)
    assert unit_of_reader(Actor.of(user), material) == district.pk
    cell = make_unit(parent=commune)
    Appointment.objects.create(person=user.person, role=Role.CLERK, unit=cell, period=ALWAYS)
    assert unit_of_reader(Actor.of(user), material) == cell.pk


def test_files_are_checked_like_every_upload(officer: Actor, district: Unit) -> None:
    with pytest.raises(file_errors.SecrecyMarkFound):
        register(officer, district, filed(upload("mat.pdf", pdf("TUYỆT MẬT"))))
