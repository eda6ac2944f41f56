"""The register: entered once, corrected with care."""

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from lantoa.audit.models import Entry
from lantoa.directives import errors
from lantoa.directives.enums import DirectiveClass, DirectiveKind, StudyMode
from lantoa.directives.facts import Facts
from lantoa.directives.models import Directive
from lantoa.directives.selectors import opens_file, years_of
from lantoa.directives.services import change_directive, register_directive
from lantoa.files.models import StoredFile
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.models import Unit
from tests.directives.factories import make_directive, make_sector
from tests.organizations.factories import make_actor, make_unit

pytestmark = pytest.mark.django_db

TOMORROW = clock.today() + dt.timedelta(days=1)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def district() -> Unit:
    return make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)


@pytest.fixture
def officer(district: Unit) -> Actor:
    return make_actor(Role.OFFICER, district)


def facts(**changes: Any) -> Facts:
    known: dict[str, Any] = {
        "kind": DirectiveKind.RESOLUTION,
        "number": "57-NQ/TW",
        "body": "Bộ Chính trị",
        "issued_on": dt.date(2024, 12, 22),
        "received_on": dt.date(2024, 12, 30),
        "directive_class": DirectiveClass.GENERAL,
        "study_mode": StudyMode.STUDY,
        "title": "Về đột phá phát triển khoa học,  công nghệ",
        "abstract": "Đổi mới sáng tạo.",
    }
    return Facts(**{**known, **changes})


def register(actor: Actor, unit: Unit, client_id: uuid.UUID | None = None, **changes: Any) -> Directive:
    given = {name: changes.pop(name) for name in ("files", "uploads", "no_secrecy_declared") if name in changes}
    return register_directive(
        actor=actor, client_id=client_id or uuid.uuid4(), registered_by=unit, facts=facts(**changes), **given
    )


def found(actor: Actor, text: str) -> list[Directive]:
    return list(Directive.objects.visible_to(actor).found_by(actor, text))


def test_a_directive_is_entered_with_its_search_form(officer: Actor, district: Unit) -> None:
    directive = register(officer, district)
    assert directive.title == "Về đột phá phát triển khoa học, công nghệ"
    assert found(officer, "dot pha") == [directive]
    assert Entry.objects.get(action="directives.register_directive").unit_id == district.pk


def test_the_same_form_twice_enters_one(officer: Actor, district: Unit) -> None:
    client_id = uuid.uuid4()
    first = register(officer, district, client_id)
    assert register(officer, district, client_id) == first
    assert Directive.objects.count() == 1
    other = make_unit()
    with pytest.raises(errors.FormSentBefore):
        register(make_actor(Role.OFFICER, other), other, client_id)


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"number": "  "}, errors.NumberMissing, "number"),
        ({"title": " "}, errors.TitleMissing, "title"),
        ({"issued_on": TOMORROW, "received_on": None}, errors.DateInFuture, "issued_on"),
        ({"received_on": TOMORROW}, errors.DateInFuture, "received_on"),
        ({"received_on": dt.date(2024, 1, 1)}, errors.ReceivedBeforeIssue, "received_on"),
        ({"directive_class": DirectiveClass.SECTORAL}, errors.SectorMismatch, "sectors"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    officer: Actor, district: Unit, changes: dict[str, Any], refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(refusal) as caught:
        register(officer, district, **changes)
    assert caught.value.field == field
    assert not Directive.objects.exists()


def test_a_sector_goes_only_with_a_sectoral_class(officer: Actor, district: Unit) -> None:
    sector = make_sector()
    with pytest.raises(errors.SectorMismatch):
        register(officer, district, sectors=(sector,))
    directive = register(officer, district, sectors=(sector,), directive_class=DirectiveClass.SECTORAL)
    assert list(directive.sectors.all()) == [sector]


def test_a_number_is_entered_once_a_date(officer: Actor, district: Unit) -> None:
    register(officer, district)
    with pytest.raises(errors.RegisteredAlready) as caught:
        register(officer, district, number=" 57-NQ/TW")
    assert caught.value.field == "number"
    assert register(officer, district, issued_on=dt.date(2023, 1, 1)).pk


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICER])
def test_only_the_officer_registers(district: Unit, role: Role) -> None:
    with pytest.raises(NotPermitted):
        register(make_actor(role, district), district)


def test_an_officer_above_or_below_neither_registers_nor_corrects(officer: Actor, district: Unit) -> None:
    commune = make_unit(parent=district)
    with pytest.raises(NotPermitted):
        register(officer, commune)
    directive = register(officer, district)
    with pytest.raises(NotPermitted):
        change_directive(actor=make_actor(Role.OFFICER, commune), directive=directive, version=1, facts=facts())


def test_a_correction_raises_the_version_and_names_what_changed(officer: Actor, district: Unit) -> None:
    directive = register(officer, district)
    changed = change_directive(actor=officer, directive=directive, version=1, facts=facts(title="Tên mới", abstract=""))
    assert (changed.title, changed.version) == ("Tên mới", 2)
    assert found(officer, "ten moi") == [directive]
    assert found(officer, "dot pha") == []
    assert Entry.objects.get(action="directives.change_directive").facts == {"changed": ["abstract", "title"]}


def test_a_repeated_correction_is_harmless_and_a_stale_one_refused(officer: Actor, district: Unit) -> None:
    directive = register(officer, district)
    change_directive(actor=officer, directive=directive, version=1, facts=facts(title="Tên mới"))
    again = change_directive(actor=officer, directive=directive, version=1, facts=facts(title="Tên mới"))
    assert again.version == 2
    with pytest.raises(Stale):
        change_directive(actor=officer, directive=directive, version=1, facts=facts(title="Tên khác"))


def test_a_correction_keeps_the_number_unique(officer: Actor, district: Unit) -> None:
    register(officer, district)
    other = register(officer, district, number="59-NQ/TW")
    with pytest.raises(errors.RegisteredAlready):
        change_directive(actor=officer, directive=other, version=1, facts=facts())
    renumbered = change_directive(actor=officer, directive=other, version=1, facts=facts(number="60-NQ/TW"))
    assert renumbered.number == "60-NQ/TW"


def test_files_are_kept_with_the_directive_or_not_at_all(
    officer: Actor, district: Unit, tmp_path: Path, settings: Settings
) -> None:
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("nghi-quyet.pdf", PDF)
    with pytest.raises(Refusal):
        register(officer, district, uploads=[upload], no_secrecy_declared=False)
    assert not StoredFile.objects.exists()
    assert not Directive.objects.exists()
    directive = register(officer, district, uploads=[upload], no_secrecy_declared=True)
    [file] = directive.files.all()
    below = make_actor(Role.CLERK, make_unit(parent=district))
    assert opens_file(below, file), "whoever sees the directive may read its files"
    assert not opens_file(make_actor(Role.OFFICER, make_unit()), file)
    changed = change_directive(
        actor=officer,
        directive=directive,
        version=1,
        uploads=[SimpleUploadedFile("de-cuong.pdf", PDF)],
        no_secrecy_declared=True,
        facts=facts(),
        files=[file],
    )
    assert changed.files.count() == 2
    emptied = change_directive(actor=officer, directive=directive, version=2, facts=facts())
    assert not emptied.files.exists()


def test_a_directive_is_seen_by_everybody_below_and_nobody_beside(district: Unit) -> None:
    directive = make_directive(district, issued_on=dt.date(2025, 5, 5))
    cell = make_unit(parent=make_unit(parent=district))
    for role in Role:
        assert directive in Directive.objects.visible_to(make_actor(role, cell))
    assert directive not in Directive.objects.visible_to(make_actor(Role.OFFICER, make_unit()))
    assert years_of(make_actor(Role.CLERK, cell)) == [2025]
