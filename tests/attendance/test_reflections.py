"""Reflections: asked for, handed in, assessed, exempt; counted above the cell and read in the cell alone."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from lantoa.accounts.models import User
from lantoa.attendance import errors
from lantoa.attendance.enums import MarkStatus, OwedBy, ReflectionExemption, ReflectionState
from lantoa.attendance.folding import fold_waiting, mark_dirty
from lantoa.attendance.models import Reflection, ReflectionCall
from lantoa.attendance.selectors.reflections import Papers, papers_below, scope_of
from lantoa.attendance.services import reflections as services
from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.files.models import StoredFile
from lantoa.kernel import clock
from lantoa.organizations import erasing
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.erasing import Subject
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.models import ActivityExemption, Unit
from lantoa.organizations.restricting import RestrictedRecord
from lantoa.organizations.services.merges import merge_persons
from lantoa.plans.enums import AdditionReason, CampaignState
from lantoa.plans.errors import CampaignNotRunning
from lantoa.plans.models import CampaignUnit, SummonsEntry
from lantoa.plans.services.additions import add_to_summons
from lantoa.privacy.models import DataRequest
from lantoa.privacy.own_data import data_of
from tests.attendance.factories import Scene, make_event, make_scene
from tests.organizations.factories import make_actor, make_person, make_user

pytestmark = pytest.mark.django_db

TEXT = "Tôi nhận thấy bản mình còn khó khăn về đường đi."


@pytest.fixture
def scene(settings: Settings, tmp_path: Any) -> Scene:
    settings.MEDIA_ROOT = tmp_path
    return make_scene(3)


def ask(scene: Scene, **changes: Any) -> ReflectionCall:
    values: dict[str, Any] = {
        "actor": make_actor(Role.OFFICER, scene.committee),
        "campaign": scene.campaign,
        "version": 0,
        "questions": "Đồng chí hiểu điểm mới nào?",
        "due_on": clock.today() + dt.timedelta(days=14),
        "owed_by": OwedBy.LISTED,
        "exempt_born_until": None,
        **changes,
    }
    return services.ask_reflections(**values)


@pytest.fixture
def clerk(scene: Scene) -> Actor:
    return make_actor(Role.CLERK, scene.cell)


@pytest.fixture
def secretary(scene: Scene) -> Actor:
    return make_actor(Role.SECRETARY, scene.cell)


def hand_in(actor: Actor, entry: SummonsEntry, **changes: Any) -> Reflection:
    values: dict[str, Any] = {
        "actor": actor, "entry": entry, "version": 0, "text": TEXT, "handed_in_on": clock.today(), **changes,
    }  # fmt: skip
    return services.hand_in_reflection(**values)


def make_scan(name: str = "bai-viet.pdf") -> StoredFile:
    file = StoredFile(
        client_id=uuid.uuid4(), name=name, content_type="application/pdf", size=4, sha256="0" * 64,
        no_secrecy_declared=True, uploaded_by=make_user(),
    )  # fmt: skip
    file.content.save(name, ContentFile(b"%PDF"))
    return file


def papers(scene: Scene, unit: Unit | None = None) -> Papers:
    call = ReflectionCall.objects.get(campaign=scene.campaign)
    scope = CampaignUnit.objects.get(campaign=scene.campaign, unit=unit or scene.committee)
    return papers_below(call, scope, make_actor(Role.OFFICER, scene.committee))[0]


def test_the_owner_of_a_running_roll_out_asks_for_them(scene: Scene) -> None:
    call = ask(scene)
    assert call.version == 1
    assert ask(scene).version == 1, "the same form sent again"
    assert ask(scene, version=1, owed_by=OwedBy.PRESENT).version == 2
    with pytest.raises(Stale):
        ask(scene, version=1, questions="Khác?")
    with pytest.raises(errors.QuestionsMissing):
        ask(scene, version=2, questions=" ")
    for actor in (make_actor(Role.SECRETARY, scene.committee), make_actor(Role.OFFICER, scene.cell)):
        with pytest.raises(NotPermitted):
            ask(scene, actor=actor)
    scene.campaign.state = CampaignState.FINISHED
    scene.campaign.save(update_fields=["state"])
    with pytest.raises(CampaignNotRunning):
        ask(scene, version=2)


def test_the_cell_records_what_was_handed_in_and_assesses_it(scene: Scene, clerk: Actor, secretary: Actor) -> None:
    ask(scene)
    paper = hand_in(clerk, scene.first)
    assert hand_in(clerk, scene.first).version == 1
    with pytest.raises(Stale):
        hand_in(clerk, scene.first, version=0, text="Bài khác")
    judged: dict[str, Any] = {"actor": secretary, "entry": scene.first, "version": paper.version}
    with pytest.raises(errors.RemarkMissing):
        services.assess_reflection(**judged, passed=False, remark=" ")
    again = services.assess_reflection(**judged, passed=False, remark="Chưa liên hệ bản thân")
    assert (again.state, again.version) == (ReflectionState.AGAIN, 2)
    assert services.assess_reflection(**judged, passed=False, remark="Chưa liên hệ bản thân").version == 2
    with pytest.raises(errors.NothingToAssess):
        services.assess_reflection(**judged, passed=True, remark="")
    hand_in(clerk, scene.first, version=2, text="Bài viết lại")
    with pytest.raises(Stale):
        services.assess_reflection(**judged, passed=True, remark="")
    passed = services.assess_reflection(**{**judged, "version": 3}, passed=True, remark="")
    assert (passed.state, passed.remark, passed.version) == (ReflectionState.PASSED, "", 4)
    with pytest.raises(errors.ReflectionHasPassed):
        hand_in(clerk, scene.first, version=4, text="Sửa nữa")


def test_what_cannot_be_handed_in(scene: Scene, clerk: Actor) -> None:
    with pytest.raises(errors.ReflectionsNotAsked):
        hand_in(clerk, scene.first)
    ask(scene)
    with pytest.raises(errors.NothingHandedIn):
        hand_in(clerk, scene.first, text="  ")
    with pytest.raises(errors.HandedInToCome):
        hand_in(clerk, scene.first, handed_in_on=clock.today() + dt.timedelta(days=1))
    scene.first.removed_on, scene.first.removal_decision = clock.today(), "4-QĐ/ĐU"
    with pytest.raises(errors.ReflectionNotOwed):
        hand_in(clerk, scene.first)
    scene.campaign.state = CampaignState.FINISHED
    scene.campaign.save(update_fields=["state"])
    with pytest.raises(CampaignNotRunning):
        hand_in(clerk, scene.entries[1])


def test_nobody_above_the_cell_reads_or_writes_a_paper(scene: Scene, clerk: Actor) -> None:
    ask(scene)
    hand_in(clerk, scene.first)
    for role, unit in (
        (Role.SECRETARY, scene.committee), (Role.OFFICER, scene.committee), (Role.CLERK, scene.committee),
        (Role.OFFICER, scene.cell), (Role.APPROVER, scene.cell), (Role.ADMINISTRATOR, scene.committee),
        (Role.INSPECTOR, scene.cell),
    ):  # fmt: skip
        actor = make_actor(role, unit)
        with pytest.raises(NotPermitted):
            services.open_reflection(actor=actor, entry=scene.first)
        with pytest.raises(NotPermitted):
            hand_in(actor, scene.entries[1])
        assert not Reflection.objects.visible_to(actor).exists()


def test_every_look_at_a_paper_is_on_record(scene: Scene, clerk: Actor) -> None:
    ask(scene)
    assert services.open_reflection(actor=clerk, entry=scene.first) is None
    hand_in(clerk, scene.first)
    paper = services.open_reflection(actor=clerk, entry=scene.first)
    assert paper is not None
    assert paper.text == TEXT
    looked = Entry.objects.get(action="attendance.open_reflection", outcome=Outcome.READ)
    assert (looked.actor_id, looked.object_id, looked.facts) == (clerk.user_id, str(paper.pk), {})


def test_the_clerk_does_not_assess_and_nobody_assesses_their_own(scene: Scene, clerk: Actor) -> None:
    ask(scene)
    hand_in(clerk, scene.first)
    own = replace(make_actor(Role.SECRETARY, scene.cell), person_id=scene.first.person_id)
    for actor in (clerk, own):
        with pytest.raises(NotPermitted):
            services.assess_reflection(actor=actor, entry=scene.first, version=1, passed=True, remark="")
        with pytest.raises(NotPermitted):
            services.exempt_from_reflection(
                actor=actor, entry=scene.first, version=1, reason=ReflectionExemption.HEALTH
            )


def test_somebody_is_exempt_with_a_reason_and_may_hand_in_nevertheless(
    scene: Scene, clerk: Actor, secretary: Actor
) -> None:
    ask(scene)
    spared: dict[str, Any] = {"actor": secretary, "entry": scene.first}
    paper = services.exempt_from_reflection(**spared, version=0, reason=ReflectionExemption.HEALTH)
    assert services.exempt_from_reflection(**spared, version=0, reason=ReflectionExemption.HEALTH).version == 1
    with pytest.raises(Stale):
        services.exempt_from_reflection(**spared, version=0, reason=ReflectionExemption.AWAY)
    assert papers(scene) == Papers(missing=2, exempt=1)
    hand_in(clerk, scene.first, version=paper.version)
    assert papers(scene) == Papers(missing=2, waiting=1)
    with pytest.raises(errors.AlreadyHandedIn):
        services.exempt_from_reflection(**spared, version=2, reason=ReflectionExemption.AWAY)


def test_the_old_are_exempt_also_those_who_come_later(scene: Scene, secretary: Actor) -> None:
    for entry, born in zip(scene.entries, (1940, 1950, None), strict=True):
        entry.person.birth_year = born
        entry.person.save(update_fields=["birth_year"])
    ask(scene, exempt_born_until=1945)
    assert papers(scene) == Papers(missing=2, exempt=1)
    make_person("Lý A Già", unit=scene.cell, birth_year=1938)
    add_to_summons(
        actor=scene.secretary, summons=scene.summons, decision="5-QĐ/ĐU", added_on=clock.today(),
        reason=AdditionReason.JOINED,
    )  # fmt: skip
    assert papers(scene) == Papers(missing=2, exempt=2)
    services.exempt_from_reflection(actor=secretary, entry=scene.entries[2], version=0, reason=ReflectionExemption.AGE)
    ask(scene, version=1, exempt_born_until=1935)
    assert papers(scene) == Papers(missing=3, exempt=1), "whom the cell exempted stays exempt"


def test_those_exempt_from_activities_owe_none(scene: Scene) -> None:
    ActivityExemption.objects.create(
        person=scene.first.person, reason_class="health", decision_number="3-QĐ/ĐU", decision_date=clock.today(),
        period=DateRange(clock.today(), None),
    )  # fmt: skip
    ask(scene)
    assert papers(scene) == Papers(missing=2, exempt=1)


def test_they_are_owed_by_those_who_came_where_the_call_says_so(scene: Scene, clerk: Actor) -> None:
    for entry, status in zip(scene.entries, (MarkStatus.PRESENT, MarkStatus.ABSENT, MarkStatus.LATE), strict=True):
        make_event(scene.site, entry, status, recorder=scene.clerk)
    mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[entry.pk for entry in scene.entries])
    fold_waiting()
    ask(scene, owed_by=OwedBy.PRESENT)
    assert papers(scene) == Papers(missing=2)
    hand_in(clerk, scene.entries[1])
    assert papers(scene) == Papers(missing=2, waiting=1), "who handed one in nevertheless"


def test_counts_go_up_by_units(scene: Scene, clerk: Actor, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    call = ask(scene)
    hand_in(clerk, scene.first)
    officer = make_actor(Role.OFFICER, scene.committee)
    scope = scope_of(scene.campaign, officer, "not a number")
    assert scope is not None
    assert scope.unit == scene.committee
    with django_assert_num_queries(2):
        total, lines = papers_below(call, scope, officer)
    assert (total.owed, total.handed_in) == (3, 1)
    assert [(line.unit.unit, line.papers, line.is_own) for line in lines] == [(scene.cell, total, False)]
    below = scope_of(scene.campaign, officer, str(scene.cell.pk))
    assert below is not None
    assert [line.is_own for line in papers_below(call, below, officer)[1]] == [True]


def test_new_scans_take_the_place_of_old_ones(scene: Scene, clerk: Actor) -> None:
    ask(scene)
    first, second = make_scan(), make_scan("viet-lai.pdf")
    hand_in(clerk, scene.first, text="", scans=[first])
    assert hand_in(clerk, scene.first, text="", scans=[first]).version == 1
    paper = hand_in(clerk, scene.first, version=1, text="", scans=[second])
    assert list(paper.scans.all()) == [second]
    assert not StoredFile.objects.filter(pk=first.pk).exists()


def test_an_erasure_takes_text_and_scans_and_leaves_the_count(scene: Scene, clerk: Actor) -> None:
    ask(scene)
    hand_in(clerk, scene.first, scans=[make_scan()])
    assert services.forget_reflections(Subject(person_id=scene.first.person_id, user_id=None)) == 1
    paper = Reflection.objects.get(entry=scene.first)
    assert (paper.text, paper.remark, paper.scans.count()) == ("", "", 0)
    assert not StoredFile.objects.exists()
    assert papers(scene) == Papers(missing=2, waiting=1)


def test_the_person_gets_the_text_and_nobody_else(scene: Scene, clerk: Actor) -> None:
    ask(scene)
    hand_in(clerk, scene.first, scans=[make_scan()])
    person = scene.first.person
    (own,) = (part for part in data_of(person, [], attendance=True, reasons=True) if part.key == "reflections")
    assert TEXT in own.rows[0].values()
    assert "bai-viet.pdf" in own.rows[0].values()
    assert "reflections" not in {part.key for part in data_of(person, [], attendance=False, reasons=True)}


def restrict(scene: Scene) -> None:
    DataRequest.objects.create(
        client_id=uuid.uuid4(), person=scene.first.person, unit=scene.cell, kind="restriction", reason="Theo đơn",
        asked_by=make_user(), due_on=clock.today(), state="done",
    )  # fmt: skip


def test_a_restricted_paper_is_opened_by_the_secretary_alone(scene: Scene, clerk: Actor, secretary: Actor) -> None:
    ask(scene)
    hand_in(clerk, scene.first)
    restrict(scene)
    with pytest.raises(RestrictedRecord):
        services.open_reflection(actor=clerk, entry=scene.first)
    with pytest.raises(RestrictedRecord):
        hand_in(clerk, scene.first, version=1, text="Khác")
    assert services.open_reflection(actor=secretary, entry=scene.first) is not None


def client_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(person=actor.person_id))
    return client


def asked(**changes: str) -> dict[str, str]:
    return {
        "version": "0", "questions": "Đồng chí hiểu gì?", "due_on": "31/12/2026", "owed_by": "listed",
        "exempt_born_until": "1945", **changes,
    }  # fmt: skip


def test_the_pages_from_the_call_to_the_assessment(scene: Scene, clerk: Actor, secretary: Actor) -> None:
    officer = client_of(make_actor(Role.OFFICER, scene.committee))
    url, ask_url = (reverse(f"attendance:reflection_{name}", args=[scene.campaign.pk]) for name in ("list", "ask"))
    campaign_url = reverse("plans:campaign_detail", args=[scene.campaign.pk])
    assert url in officer.get(campaign_url).content.decode()
    assert url not in client_of(clerk).get(campaign_url).content.decode()
    assert client_of(clerk).get(url).status_code == 200
    assert officer.post(ask_url, asked(due_on="")).status_code == 422
    assert officer.post(ask_url, asked(questions="  ")).status_code == 422
    assert officer.post(ask_url, asked()).status_code == 303
    assert officer.post(ask_url, asked(due_on="30/12/2026")).status_code == 409
    assert client_of(secretary).post(ask_url, asked()).status_code == 403
    assert officer.get(url, {"format": "xlsx"})["Content-Type"].endswith("sheet")
    assert scene.first.person.full_name not in officer.get(url).content.decode()
    keeper = client_of(clerk)
    assert scene.first.person.full_name in keeper.get(url).content.decode()
    assert "3" in keeper.get(campaign_url).content.decode()
    paths = {
        name: reverse(f"attendance:reflection_{name}", args=[scene.first.pk])
        for name in ("detail", "hand_in", "assess", "exempt")
    }
    assert keeper.get(paths["detail"]).status_code == 200
    assert officer.get(paths["detail"]).status_code == 404
    given = {"client_id": str(uuid.uuid4()), "version": "0", "text": TEXT, "handed_in_on": "01/11/2026"}
    assert keeper.post(paths["hand_in"], given | {"handed_in_on": ""}).status_code == 422
    assert keeper.post(paths["hand_in"], given | {"text": ""}).status_code == 422
    assert keeper.post(paths["hand_in"], given).status_code == 303
    assert keeper.post(paths["hand_in"], given | {"text": "Khác"}).status_code == 409
    assert TEXT in keeper.get(paths["detail"]).content.decode()
    leader = client_of(secretary)
    assert leader.post(paths["assess"], {"version": "1"}).status_code == 422
    assert leader.post(paths["assess"], {"version": "1", "outcome": "again", "remark": ""}).status_code == 422
    assert leader.post(paths["assess"], {"version": "1", "outcome": "passed"}).status_code == 303
    assert leader.post(paths["exempt"], {"version": "2"}).status_code == 422
    assert leader.post(paths["exempt"], {"version": "2", "reason": "health"}).status_code == 422
    assert keeper.post(paths["exempt"], {"version": "2", "reason": "health"}).status_code == 403
    assert keeper.post(paths["assess"], {"version": "2", "outcome": "passed"}).status_code == 403
    other = reverse("attendance:reflection_exempt", args=[scene.entries[1].pk])
    assert leader.post(other, {"version": "0", "reason": "health"}).status_code == 303


def test_a_scan_is_fetched_in_the_cell_alone_and_that_is_on_record(scene: Scene, clerk: Actor) -> None:
    ask(scene)
    keeper = client_of(clerk)
    scan = SimpleUploadedFile("bai.pdf", b"%PDF-1.4\n%%EOF", content_type="application/pdf")
    values = {"client_id": str(uuid.uuid4()), "version": "0", "text": "", "handed_in_on": "01/11/2026"}
    url = reverse("attendance:reflection_hand_in", args=[scene.first.pk])
    assert keeper.post(url, {**values, "uploads": scan}).status_code == 422, "without the declaration"
    scan.seek(0)
    answer = keeper.post(url, {**values, "uploads": scan, "no_secrecy_declared": "on"})
    assert answer.status_code == 303, answer.content.decode()
    file = reverse("files:file_download", args=[StoredFile.objects.get().pk])
    before = Entry.objects.filter(action="attendance.open_reflection").count()
    response = keeper.get(file)
    assert b"".join(response.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert Entry.objects.filter(action="attendance.open_reflection").count() == before + 1
    assert client_of(make_actor(Role.SECRETARY, scene.committee)).get(file).status_code == 404


def test_a_scan_of_a_restricted_paper_is_fetched_by_the_secretary_alone(
    scene: Scene, clerk: Actor, secretary: Actor
) -> None:
    ask(scene)
    hand_in(clerk, scene.first, scans=[make_scan()])
    file = reverse("files:file_download", args=[StoredFile.objects.get().pk])
    assert b"".join(client_of(clerk).get(file).streaming_content) == b"%PDF"  # type: ignore[attr-defined]
    restrict(scene)
    looks = Entry.objects.filter(action="attendance.open_reflection").count()
    assert client_of(clerk).get(file).status_code == 404
    assert Entry.objects.filter(action="attendance.open_reflection").count() == looks
    assert b"".join(client_of(secretary).get(file).streaming_content) == b"%PDF"  # type: ignore[attr-defined]


@pytest.mark.parametrize("reason", [ReflectionExemption.HEALTH, ReflectionExemption.AGE])
def test_an_erasure_takes_the_reason_of_an_exemption(
    scene: Scene, secretary: Actor, reason: ReflectionExemption
) -> None:
    ask(scene)
    services.exempt_from_reflection(actor=secretary, entry=scene.first, version=0, reason=reason)
    services.forget_reflections(Subject(person_id=scene.first.person_id, user_id=None))
    assert Reflection.objects.get(entry=scene.first).exemption_reason == ReflectionExemption.OTHER
    assert papers(scene) == Papers(missing=2, exempt=1)


def test_an_erasure_takes_the_papers_of_the_records_that_went_into_the_person(scene: Scene, clerk: Actor) -> None:
    ask(scene)
    hand_in(clerk, scene.first, scans=[make_scan()])
    scene.campaign.state = CampaignState.FINISHED
    scene.campaign.save(update_fields=["state"])
    merged, kept, last = (entry.person for entry in scene.entries)
    for into, record in ((kept, merged), (last, kept)):
        merge_persons(actor=clerk, kept=into, merged=record, take=[], client_id=uuid.uuid4())
    assert SummonsEntry.objects.get(pk=scene.first.pk).person == merged, "that list stays as it was frozen"
    erasing.run(Subject(person_id=last.pk, user_id=None))
    paper = Reflection.objects.get(entry=scene.first)
    assert (paper.text, paper.scans.count(), paper.state) == ("", 0, ReflectionState.HANDED_IN)


def test_a_version_of_a_paper_that_is_no_more_is_stale(scene: Scene, clerk: Actor) -> None:
    ask(scene)
    given = {"client_id": str(uuid.uuid4()), "version": "1", "text": TEXT, "handed_in_on": "01/11/2026"}
    url = reverse("attendance:reflection_hand_in", args=[scene.first.pk])
    keeper = client_of(clerk)
    assert keeper.post(url, given).status_code == 409
    assert keeper.post(url, given | {"version": "0"}).status_code == 303


def test_the_old_who_never_came_owe_none_where_those_who_came_do(scene: Scene, clerk: Actor) -> None:
    for entry in scene.entries[:2]:
        entry.person.birth_year = 1940
        entry.person.save(update_fields=["birth_year"])
    make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    mark_dirty(campaign_id=scene.campaign.pk, entry_ids=[entry.pk for entry in scene.entries])
    fold_waiting()
    ask(scene, owed_by=OwedBy.PRESENT, exempt_born_until=1945)
    assert papers(scene) == Papers(exempt=1)
    hand_in(clerk, scene.entries[1], version=1)
    assert papers(scene) == Papers(waiting=1, exempt=1), "who handed one in nevertheless"
