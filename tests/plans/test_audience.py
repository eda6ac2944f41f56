"""Exceptions from the class that decides who is called."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from lantoa.audit.models import Entry
from lantoa.directives.enums import DirectiveClass
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.enums import Role, Standing, Tree, UnitKind
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Appointment, Unit
from lantoa.plans import audience_errors, errors, opening_errors
from lantoa.plans.enums import AdditionReason, CampaignState, Effect, PersonClass, SummonsReason
from lantoa.plans.models import AudienceException, CampaignUnit, Summons, SummonsEntry
from lantoa.plans.papers.letters import letter_paper, list_paper
from lantoa.plans.selectors.summons import called_by_letter, entries_at
from lantoa.plans.services.additions import add_to_summons
from lantoa.plans.services.audience import add_exception, withdraw_exception
from lantoa.plans.services.summons import freeze_summons
from tests.directives.factories import make_sector
from tests.organizations.factories import ALWAYS, make_actor, make_person, make_unit, make_user
from tests.plans.factories import make_campaign

pytestmark = pytest.mark.django_db

TODAY = clock.today()


class Commune:
    """A commune with two cells; a strategic campaign calls the manager of each."""

    def __init__(self, audience: DirectiveClass = DirectiveClass.STRATEGIC, state: Any = CampaignState.RUNNING) -> None:
        self.commune = make_unit("Đảng bộ xã Mường So", kind=UnitKind.COMMUNE_COMMITTEE)
        self.first = make_unit("Chi bộ Vàng Pheo", parent=self.commune, kind=UnitKind.CELL)
        self.second = make_unit("Chi bộ Huổi Én", parent=self.commune, kind=UnitKind.CELL)
        self.manager = make_person("Lò Văn Quản", unit=self.first, is_manager=True)
        self.other_manager = make_person("Lò Văn Lý", unit=self.second, is_manager=True)
        self.member = make_person("Lò Văn Viên", unit=self.first)
        self.cadre = make_person("Lò Thị Bộ", unit=self.first, standing=Standing.CADRE)
        self.probationary = make_person("Lò Thị Dự", unit=self.second, standing=Standing.PROBATIONARY)
        self.officer = make_actor(Role.OFFICER, self.commune)
        self.campaign = make_campaign(self.commune, audience=audience, state=state)

    def add(self, effect: Effect, persons: PersonClass, **changes: Any) -> AudienceException:
        facts: dict[str, Any] = {"actor": self.officer, "campaign": self.campaign, "client_id": uuid.uuid4()}
        return add_exception(**{**facts, "effect": effect, "persons": persons, **changes})

    def summon(self) -> Summons:
        return freeze_summons(
            actor=self.officer,
            client_id=uuid.uuid4(),
            campaign=self.campaign,
            unit=self.commune,
            number="15-CV/ĐU",
            issued_on=TODAY,
        )

    def called(self) -> set[str]:
        self.summon()
        return set(SummonsEntry.objects.values_list("person__full_name", flat=True))


def test_a_class_is_called_beside_the_audience() -> None:
    place = Commune()
    exception = place.add(Effect.INCLUDE, PersonClass.CADRE)
    assert place.called() == {"Lò Văn Quản", "Lò Văn Lý", "Lò Thị Bộ"}
    entry = SummonsEntry.objects.get(person=place.cadre)
    assert (entry.reason, entry.exception) == (SummonsReason.CADRE, exception)
    assert SummonsEntry.objects.get(person=place.manager).exception is None


@pytest.mark.parametrize(
    ("persons", "names"),
    [
        (PersonClass.ALL, {"Lò Văn Viên", "Lò Thị Bộ", "Lò Thị Dự"}),
        (PersonClass.MEMBER, {"Lò Văn Viên", "Lò Thị Dự"}),
        (PersonClass.PROBATIONARY, {"Lò Thị Dự"}),
        (PersonClass.MANAGER, set()),
    ],
)
def test_each_class_calls_its_own(persons: PersonClass, names: set[str]) -> None:
    place = Commune()
    place.add(Effect.INCLUDE, persons)
    assert place.called() == {"Lò Văn Quản", "Lò Văn Lý", *names}


def test_a_class_is_called_at_one_unit_alone() -> None:
    place = Commune()
    place.add(Effect.INCLUDE, PersonClass.MEMBER, unit=place.second)
    assert place.called() == {"Lò Văn Quản", "Lò Văn Lý", "Lò Thị Dự"}


def test_who_holds_a_post_in_a_mass_organisation_is_called() -> None:
    place = Commune()
    union = make_unit("Hội Nông dân xã", kind=UnitKind.MASS_ORGANISATION, tree=Tree.MASS)
    Appointment.objects.create(person=place.member, unit=union, role=Role.VIEWER, period=ALWAYS)
    place.add(Effect.INCLUDE, PersonClass.MASS)
    assert place.called() == {"Lò Văn Quản", "Lò Văn Lý", "Lò Văn Viên"}
    assert SummonsEntry.objects.get(person=place.member).reason == SummonsReason.MASS


def test_who_works_in_a_sector_is_called() -> None:
    place = Commune()
    sector = make_sector("Giáo dục")
    place.member.sector = sector
    place.member.save()
    place.add(Effect.INCLUDE, PersonClass.SECTOR, sector=sector)
    assert "Lò Văn Viên" in place.called()
    assert SummonsEntry.objects.get(person=place.member).reason == SummonsReason.SECTOR


def test_an_exclusion_is_stronger_than_what_includes() -> None:
    place = Commune(DirectiveClass.GENERAL)
    place.add(Effect.EXCLUDE, PersonClass.ALL, unit=place.second)
    place.add(Effect.EXCLUDE, PersonClass.CADRE)
    place.add(Effect.INCLUDE, PersonClass.MANAGER)
    assert place.called() == {"Lò Văn Quản", "Lò Văn Viên"}


def test_who_stands_on_a_list_stays_there() -> None:
    place = Commune(DirectiveClass.GENERAL)
    before = place.called()
    place.add(Effect.EXCLUDE, PersonClass.CADRE)
    assert set(SummonsEntry.objects.values_list("person__full_name", flat=True)) == before


def test_a_class_that_is_called_later_is_added_by_decision() -> None:
    place = Commune()
    letter = place.summon()
    exception = place.add(Effect.INCLUDE, PersonClass.CADRE)
    added = add_to_summons(
        actor=place.officer, summons=letter, decision="12-QĐ/ĐU", added_on=TODAY, reason=AdditionReason.OMITTED
    )
    assert added == 1
    assert SummonsEntry.objects.get(person=place.cadre).exception == exception


def test_the_same_form_twice_adds_one() -> None:
    place = Commune()
    client_id = uuid.uuid4()
    first = place.add(Effect.INCLUDE, PersonClass.CADRE, client_id=client_id)
    assert place.add(Effect.EXCLUDE, PersonClass.MEMBER, client_id=client_id) == first
    assert Entry.objects.filter(action="plans.add_exception").count() == 1
    with pytest.raises(errors.FormSentBefore):
        place.add(Effect.INCLUDE, PersonClass.CADRE, client_id=client_id, campaign=make_campaign(place.commune))


def test_a_withdrawn_exception_calls_nobody_and_can_be_made_again() -> None:
    place = Commune()
    exception = place.add(Effect.INCLUDE, PersonClass.CADRE)
    withdraw_exception(actor=place.officer, exception=exception)
    assert withdraw_exception(actor=place.officer, exception=exception).withdrawn_at is not None
    assert Entry.objects.filter(action="plans.withdraw_exception").count() == 1
    assert "Lò Thị Bộ" not in place.called()
    place.add(Effect.INCLUDE, PersonClass.CADRE)


@pytest.mark.parametrize(
    ("effect", "persons", "refusal"),
    [
        (Effect.EXCLUDE, PersonClass.ALL, audience_errors.ExceptionEmptiesLists),
        (Effect.INCLUDE, PersonClass.SECTOR, audience_errors.ExceptionSectorMismatch),
        (Effect.EXCLUDE, PersonClass.PROBATIONARY, audience_errors.ExceptionTwice),
    ],
)
def test_an_exception_that_cannot_be_is_refused(effect: Effect, persons: PersonClass, refusal: type[Refusal]) -> None:
    place = Commune()
    place.add(Effect.INCLUDE, PersonClass.PROBATIONARY)
    with pytest.raises(refusal):
        place.add(effect, persons)
    assert AudienceException.objects.count() == 1


@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.RUNNING])
def test_a_unit_outside_the_campaign_has_no_exception(state: CampaignState) -> None:
    place = Commune(state=state)
    with pytest.raises(errors.UnitOutsideCampaign):
        place.add(Effect.INCLUDE, PersonClass.CADRE, unit=make_unit("Chi bộ khác", kind=UnitKind.CELL))
    place.add(Effect.INCLUDE, PersonClass.CADRE, unit=place.first)


def test_a_unit_that_is_not_opened_yet_has_no_exception() -> None:
    place = Commune()
    place.campaign.pilots_first = True
    place.campaign.save()
    CampaignUnit.objects.filter(unit=place.second).delete()
    with pytest.raises(opening_errors.UnitNotOpened):
        place.add(Effect.INCLUDE, PersonClass.CADRE, unit=place.second)


def test_only_an_officer_of_the_owner_makes_and_withdraws_exceptions() -> None:
    place = Commune()
    stranger = make_actor(Role.OFFICER, place.first)
    with pytest.raises(NotPermitted):
        place.add(Effect.INCLUDE, PersonClass.CADRE, actor=stranger)
    exception = place.add(Effect.INCLUDE, PersonClass.CADRE)
    with pytest.raises(NotPermitted):
        withdraw_exception(actor=stranger, exception=exception)


def test_a_finished_campaign_keeps_its_audience() -> None:
    place = Commune()
    exception = place.add(Effect.INCLUDE, PersonClass.CADRE)
    place.campaign.state = CampaignState.FINISHED
    place.campaign.save()
    with pytest.raises(errors.CampaignOver):
        place.add(Effect.INCLUDE, PersonClass.MEMBER)
    with pytest.raises(errors.CampaignOver):
        withdraw_exception(actor=place.officer, exception=exception)


def text_of(paper: Any) -> str:
    return repr(paper)


def test_the_letter_and_its_list_say_who_is_called_and_why() -> None:
    place = Commune()
    place.add(Effect.INCLUDE, PersonClass.CADRE, unit=place.first)
    letter = place.summon()
    with override("vi"):
        said = text_of(letter_paper(letter, called_by_letter(letter, place.officer)))
        entries = entries_at(place.campaign, place.first, make_actor(Role.SECRETARY, place.first))
        listed = text_of(list_paper(place.campaign, place.commune, entries, letter=letter))
    assert "lãnh đạo, quản lý các cấp" in said
    assert "Triệu tập thêm: cán bộ chưa là đảng viên của Chi bộ Vàng Pheo" in said
    assert "cán bộ chưa là đảng viên" in listed


def browser_of(unit: Unit, role: Role = Role.OFFICER) -> Client:
    browser = Client()
    browser.force_login(make_user(role, unit))
    return browser


def test_the_page_of_the_campaign_takes_an_exception_and_withdraws_it() -> None:
    place = Commune()
    browser = browser_of(place.commune)
    page = reverse("plans:campaign_detail", args=[place.campaign.pk])
    assert "Đối tượng" in browser.get(f"{page}?open=exception").content.decode()
    url = reverse("plans:exception_add", args=[place.campaign.pk])
    typed = {"client_id": str(uuid.uuid4()), "effect": "include", "persons": "cadre", "unit": place.first.pk}
    assert browser.post(url, typed).status_code == 303
    assert browser.post(url, {**typed, "client_id": str(uuid.uuid4())}).status_code == 422
    assert browser.post(url, {**typed, "persons": "somebody"}).status_code == 422
    assert "của Chi bộ Vàng Pheo" in browser.get(page).content.decode()
    exception = AudienceException.objects.get()
    listed = browser.get(reverse("plans:summons_create", args=[place.campaign.pk, place.commune.pk])).content.decode()
    assert "theo ngoại lệ" in listed
    away = reverse("plans:exception_withdraw", args=[place.campaign.pk, exception.pk])
    assert browser.post(away).status_code == 303
    assert not AudienceException.objects.exists()
    elsewhere = reverse("plans:exception_withdraw", args=[make_campaign(place.commune).pk, exception.pk])
    assert browser.post(elsewhere).status_code == 404


def test_the_list_of_a_unit_says_why_somebody_stands_on_it() -> None:
    place = Commune()
    place.add(Effect.INCLUDE, PersonClass.CADRE)
    place.summon()
    page = browser_of(place.first).get(reverse("plans:summons_unit", args=[place.campaign.pk, place.first.pk]))
    assert "cán bộ chưa là đảng viên (Triệu tập thêm" in page.content.decode()
