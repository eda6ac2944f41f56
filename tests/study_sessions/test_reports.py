"""What is told about a site: whether it is ready, how many are there; by whom, when, and once for one form."""

import datetime as dt
import uuid
from typing import Any, cast

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from lantoa.accounts.models import User
from lantoa.attendance.models import Coverage
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted
from lantoa.plans.errors import FormSentBefore
from lantoa.study_sessions import errors, services
from lantoa.study_sessions.activity_forms import ActivityFields
from lantoa.study_sessions.enums import HeadcountBasis, SiteReadiness
from lantoa.study_sessions.forms import HeadcountForm
from lantoa.study_sessions.models import Activity, Headcount, Site, SiteCheck
from tests.attendance.factories import Scene, make_scene
from tests.organizations.factories import make_actor, make_unit
from tests.study_sessions.factories import make_session, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def check(actor: Actor, site: Site, **changes: Any) -> SiteCheck:
    values: dict[str, Any] = {"client_id": uuid.uuid4(), "state": SiteReadiness.READY, **changes}
    return services.check_site(actor=actor, site=site, **values)


def count(actor: Actor, site: Site, **changes: Any) -> Headcount:
    values: dict[str, Any] = {"client_id": uuid.uuid4(), "members": 20, "others": 3, "basis": HeadcountBasis.COUNTED}
    return services.count_heads(actor=actor, site=site, **{**values, **changes})


def offered_by(form: type[forms.Form]) -> list[str]:
    field = cast("forms.ChoiceField", form.declared_fields["basis"])
    return [code for code in HeadcountBasis.values if field.valid_value(code)]


def test_sites_and_activities_say_in_the_same_words_how_people_were_counted() -> None:
    stored = [model._meta.get_field("basis").choices for model in (Headcount, Activity)]
    assert stored == [HeadcountBasis.choices] * 2
    offered = {form: offered_by(form) for form in (HeadcountForm, ActivityFields)}
    assert offered == {
        HeadcountForm: ["counted", "signed", "told", "estimated"],
        ActivityFields: ["counted", "book", "registered", "estimated"],
    }


def test_the_newest_check_holds_and_the_others_stay(scene: Scene) -> None:
    check(scene.clerk, scene.site, state=SiteReadiness.PROBLEM, note=" Mất điện ")
    check(scene.clerk, scene.site)
    scene.site.refresh_from_db()
    assert scene.site.readiness == SiteReadiness.READY
    assert [(one.state, one.note, one.made_by_id) for one in scene.site.checks.all()] == [
        ("ready", "", scene.clerk.user_id),
        ("problem", "Mất điện", scene.clerk.user_id),
    ]


def test_a_problem_says_what_is_wrong(scene: Scene) -> None:
    with pytest.raises(errors.ProblemWithoutNote):
        check(scene.clerk, scene.site, state=SiteReadiness.PROBLEM, note="  ")


def test_a_headcount_is_kept_with_its_basis_and_goes_into_no_rate(scene: Scene) -> None:
    first = count(scene.clerk, scene.site, members=10, others=2, basis=HeadcountBasis.TOLD)
    assert (first.counted_by_id, first.basis) == (scene.clerk.user_id, "told")
    count(scene.clerk, scene.site, members=25, others=0)
    scene.site.refresh_from_db()
    assert (scene.site.members_now, scene.site.others_now) == (25, 0)
    assert scene.site.headcounts.count() == 2
    assert not scene.site.events.exists()
    assert not Coverage.objects.filter(present__gt=0).exists()


def test_the_same_form_tells_once(scene: Scene) -> None:
    form = uuid.uuid4()
    assert check(scene.clerk, scene.site, client_id=form) == check(scene.clerk, scene.site, client_id=form)
    assert count(scene.clerk, scene.site, client_id=form) == count(scene.clerk, scene.site, client_id=form, members=9)
    other = make_site(scene.session)
    with pytest.raises(FormSentBefore):
        check(scene.clerk, other, client_id=form)
    with pytest.raises(FormSentBefore):
        count(scene.clerk, other, client_id=form)


def test_the_keeper_of_a_site_and_the_host_report_and_nobody_else(scene: Scene) -> None:
    site = make_site(scene.session, scene.cell)
    for actor in (scene.secretary, make_actor(Role.CLERK, scene.cell), make_actor(Role.SECRETARY, scene.cell)):
        check(actor, site)
        count(actor, site)
    for actor in (scene.clerk, make_actor(Role.APPROVER, scene.committee), make_actor(Role.OFFICER, make_unit())):
        with pytest.raises(NotPermitted):
            check(actor, site)
        with pytest.raises(NotPermitted):
            count(actor, site)


def test_people_are_counted_from_the_day_of_the_session_on(scene: Scene) -> None:
    tomorrow = make_session(scene.campaign, starts_at=clock.now() + dt.timedelta(days=1))
    with pytest.raises(errors.TooEarlyToCount):
        count(scene.clerk, make_site(tomorrow))


def test_nothing_is_told_of_a_cancelled_session_or_a_finished_campaign(scene: Scene) -> None:
    with pytest.raises(errors.SessionIsCancelled):
        check(scene.clerk, make_site(make_session(scene.campaign, cancelled=True)))
    scene.campaign.state = "finished"
    scene.campaign.save(update_fields=["state"])
    with pytest.raises(errors.CampaignNotRunning):
        count(scene.clerk, scene.site)


def test_a_site_where_people_were_counted_stays_on_record(scene: Scene) -> None:
    site = make_site(scene.session)
    count(scene.clerk, site)
    with pytest.raises(errors.SiteUsed):
        services.remove_site(actor=scene.secretary, site=site)


def test_reports_are_read_by_whoever_sees_the_counts_of_the_keeper(scene: Scene) -> None:
    checked, counted = check(scene.clerk, scene.site), count(scene.clerk, scene.site)
    beside = make_actor(Role.OFFICER, make_unit())
    assert list(SiteCheck.objects.visible_to(scene.clerk)) == [checked]
    assert list(Headcount.objects.visible_to(scene.clerk)) == [counted]
    assert not SiteCheck.objects.visible_to(beside).exists()
    assert not Headcount.objects.visible_to(beside).exists()


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(person=actor.person_id))
    return client


def test_the_page_of_a_site_takes_both_reports_and_shows_who_told_them(scene: Scene) -> None:
    client = signed_in(scene.clerk)
    page = reverse("study_sessions:site_detail", args=[scene.site.pk])
    assert client.get(page).status_code == 200
    checking, counting = (
        reverse(f"study_sessions:{name}", args=[scene.site.pk]) for name in ("site_check", "site_heads")
    )
    form = {"client_id": str(uuid.uuid4())}
    assert client.post(checking, {**form, "state": "problem", "note": "Mất điện"}).status_code == 303
    assert client.post(checking, {**form, "state": "?"}).status_code == 422
    unsaid = client.post(checking, {"client_id": str(uuid.uuid4()), "state": "problem"})
    assert (unsaid.status_code, list(unsaid.context["check_form"].errors)) == (422, ["note"])
    heads = {**form, "members": "31", "others": "4", "basis": "counted"}
    assert client.post(counting, heads).status_code == 303
    assert client.post(counting, {**heads, "members": "-1"}).status_code == 422
    assert (
        client.post(reverse("study_sessions:site_heads", args=[make_site(scene.session).pk]), heads).status_code == 422
    )
    check(scene.clerk, scene.site)
    check(scene.clerk, scene.site, state=SiteReadiness.UNCHECKED)
    text = client.get(page).content.decode()
    assert "Mất điện" in text
    assert User.objects.get(person=scene.clerk.person_id).person.full_name in text


def test_others_see_how_a_site_stands_but_not_who_told_it(scene: Scene) -> None:
    count(scene.clerk, scene.site)
    page = reverse("study_sessions:site_detail", args=[scene.site.pk])
    viewer = signed_in(make_actor(Role.VIEWER, scene.committee)).get(page)
    assert viewer.status_code == 200
    assert User.objects.get(person=scene.clerk.person_id).person.full_name not in viewer.content.decode()
    attending = signed_in(make_actor(Role.SECRETARY, scene.cell))
    assert attending.get(page).status_code == 200
    assert attending.post(reverse("study_sessions:site_check", args=[scene.site.pk])).status_code == 403
    beside = make_site(scene.session, scene.committee)
    assert attending.get(reverse("study_sessions:site_detail", args=[beside.pk])).status_code == 404
