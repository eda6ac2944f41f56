"""From a draft to an article: somebody else edits it, a third approves it, and it appears at its time."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from wagtail.models import WorkflowState

from lantoa.accounts.models import User
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment, Person
from lantoa.portal.groups import follow_appointments
from lantoa.portal.models import ArticlePage, PortalSite
from lantoa.portal.tasks import keep_time
from lantoa.search.models import SearchEntry
from tests.organizations.factories import ALWAYS, make_user
from tests.portal.factories import make_article, make_portal, make_section

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


class Desk:
    """A portal, its people and an article that was sent in."""

    def __init__(self) -> None:
        self.portal: PortalSite = make_portal()
        self.writer, self.editor = (make_user(Role.EDITOR, self.portal.unit) for _ in range(2))
        self.approver = make_user(Role.APPROVER, self.portal.unit)
        follow_appointments()
        self.article = make_article(make_section(self.portal), "Bản Sì Choang ra mắt tổ truyền thông", live=False)
        self.article.save_revision(user=self.writer)

    def send(self, user: User | None = None) -> WorkflowState:
        article = self.now()
        state: WorkflowState = article.get_workflow().start(article, user or self.writer)
        return state

    def act(self, user: User, action: str, comment: str = "") -> None:
        """What the user does at the step that the article has reached."""
        article = self.now()
        article.current_workflow_task.on_action(
            article.current_workflow_task_state, User.objects.get(pk=user.pk), action, comment=comment
        )

    def now(self) -> ArticlePage:
        found: ArticlePage = ArticlePage.objects.get(pk=self.article.pk)
        return found


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_two_others_pass_it_and_then_it_is_published(desk: Desk) -> None:
    desk.send()
    desk.act(desk.editor, "approve")
    assert not desk.now().live
    desk.act(desk.approver, "approve")
    assert desk.now().live
    assert Entry.objects.filter(action="portal.publish", actor_id=desk.approver.pk).count() == 1
    assert SearchEntry.objects.filter(kind="article", object_id=desk.article.pk).exists()


def test_nobody_passes_or_returns_what_they_sent_in(desk: Desk) -> None:
    desk.send()
    for action in ("approve", "reject"):
        with pytest.raises(PermissionDenied):
            desk.act(desk.writer, action, "Tự duyệt")
    assert not desk.now().live


def test_nobody_approves_a_version_that_they_wrote_themselves(desk: Desk) -> None:
    desk.now().save_revision(user=desk.editor)
    desk.send()
    with pytest.raises(PermissionDenied):
        desk.act(desk.editor, "approve")


def test_a_writer_does_not_approve_and_an_approver_does_not_edit_first(desk: Desk) -> None:
    desk.send()
    with pytest.raises(PermissionDenied):
        desk.act(desk.approver, "approve")
    desk.act(desk.editor, "approve")
    with pytest.raises(PermissionDenied):
        desk.act(desk.editor, "approve")


def test_who_passes_it_on_as_an_editor_does_not_approve_it_too(desk: Desk) -> None:
    person = Person.objects.get(user=desk.editor)
    Appointment.objects.create(person=person, role=Role.APPROVER, unit=desk.portal.unit, period=ALWAYS)
    follow_appointments()
    desk.send()
    desk.act(desk.editor, "approve")
    with pytest.raises(PermissionDenied):
        desk.act(desk.editor, "approve")
    assert not desk.now().live
    desk.act(desk.approver, "approve")
    assert desk.now().live


def test_who_returns_it_says_what_is_to_be_changed(desk: Desk) -> None:
    desk.send()
    with pytest.raises(PermissionDenied):
        desk.act(desk.editor, "reject", "  ")
    desk.act(desk.editor, "reject", "Ghi rõ giờ bắt đầu.")
    state = desk.now().current_workflow_state
    assert state.status == WorkflowState.STATUS_NEEDS_CHANGES
    assert state.current_task_state.comment == "Ghi rõ giờ bắt đầu."


def test_what_is_changed_after_it_was_passed_is_looked_at_anew(desk: Desk) -> None:
    desk.send()
    desk.act(desk.editor, "approve")
    desk.now().save_revision(user=desk.writer)
    desk.act(desk.approver, "approve")
    assert not desk.now().live


def test_no_page_is_published_past_the_review(desk: Desk) -> None:
    client = Client()
    for user in (desk.writer, desk.editor, desk.approver):
        client.force_login(user)
        answer = client.post(f"/bien-tap/bulk/wagtailcore/page/publish/?id={desk.article.pk}")
        assert answer.status_code == 404
        assert not desk.now().live
        allowed = desk.now().permissions_for_user(User.objects.get(pk=user.pk))
        assert not allowed.can_publish()
        assert not allowed.can_publish_subpage()
        assert not allowed.can_set_view_restrictions()


def test_it_appears_at_its_time_and_goes_at_its_time(desk: Desk) -> None:
    article = desk.now()
    article.go_live_at = clock.now() + dt.timedelta(hours=1)
    article.save_revision(user=desk.writer)
    desk.send()
    desk.act(desk.editor, "approve")
    desk.act(desk.approver, "approve")
    assert not desk.now().live
    revision = desk.now().scheduled_revision
    revision.approved_go_live_at = clock.now() - dt.timedelta(minutes=1)
    revision.content = {**revision.content, "go_live_at": None}
    revision.save()
    keep_time(0)
    assert desk.now().live
    ArticlePage.objects.filter(pk=article.pk).update(expire_at=clock.now() - dt.timedelta(seconds=1))
    keep_time(0)
    assert not desk.now().live
    assert not SearchEntry.objects.filter(kind="article", object_id=article.pk).exists()


def test_the_approver_withdraws_it_and_the_log_says_who(desk: Desk) -> None:
    desk.now().get_latest_revision().publish()
    client = Client()
    client.force_login(desk.approver)
    answer = client.post(f"/bien-tap/pages/{desk.article.pk}/unpublish/")
    assert answer.status_code == 302
    assert not desk.now().live
    assert Entry.objects.filter(action="portal.withdraw", actor_id=desk.approver.pk).count() == 1
    desk.now().get_latest_revision().publish()
    client.force_login(desk.writer)
    client.post(f"/bien-tap/pages/{desk.article.pk}/unpublish/")
    assert desk.now().live


def test_the_log_says_which_pages_went_with_a_section_that_was_withdrawn(desk: Desk) -> None:
    desk.now().get_latest_revision().publish()
    section = desk.now().get_parent().specific
    draft = make_article(section, live=False)
    client = Client()
    client.force_login(desk.approver)
    assert client.post(f"/bien-tap/pages/{section.pk}/unpublish/", {"include_descendants": "on"}).status_code == 302
    assert not desk.now().live
    assert _log(desk, "portal.withdraw") == {
        ("portal.articlepage", desk.article.pk),
        ("portal.sectionpage", section.pk),
    }
    assert not draft.live


def test_the_log_says_who_deleted_what_could_be_read(desk: Desk) -> None:
    desk.now().get_latest_revision().publish()
    draft = make_article(desk.now().get_parent(), live=False)
    first = desk.approver.person.appointments.get()
    desk.approver.person.appointments.create(role=Role.EDITOR, unit=desk.portal.unit, period=first.period)
    client = Client()
    client.force_login(desk.approver)
    client.get(f"/bien-tap/pages/{desk.article.pk}/delete/")
    assert _log(desk, "portal.delete_page") == set()
    for page in (desk.article, draft):
        assert client.post(f"/bien-tap/pages/{page.pk}/delete/").status_code == 302
    assert not ArticlePage.objects.exists()
    assert _log(desk, "portal.delete_page") == {("portal.articlepage", desk.article.pk)}


def _log(desk: Desk, action: str) -> set[tuple[str, int]]:
    """What the approver did that to, as the log of the unit has it."""
    entries = Entry.objects.filter(action=action, actor_id=desk.approver.pk, unit_id=desk.portal.unit_id)
    return {(entry.object_type, int(entry.object_id)) for entry in entries}
