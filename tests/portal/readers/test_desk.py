"""The desk: who decides about readers' words, one click each, several at once, and all of it on record."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client

from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Appointment, Person
from lantoa.portal.enums import ContributionReason, ContributionState
from lantoa.portal.models import Answer, CommentClosing, Contribution, PortalSite
from lantoa.portal.readers import errors
from lantoa.portal.readers.forgetting import KEPT, UNDECIDED
from lantoa.portal.readers.services import answering, deciding
from lantoa.portal.tasks import forget_readers
from tests.organizations.factories import ALWAYS, make_actor, make_user
from tests.portal.factories import make_portal
from tests.portal.readers.factories import body_of, make_comment, make_place, make_question

pytestmark = pytest.mark.django_db
DESK = "/portal/readers/"
DECISION = "state", "reason", "decided_at", "decided_by_id", "earlier_at", "earlier_by_id"


def editor_of(portal: PortalSite, role: Role = Role.EDITOR) -> Client:
    """Somebody of the portal, signed in."""
    client = Client()
    client.force_login(make_user(role, portal.unit))
    return client


def decide(client: Client, **pressed: object) -> str:
    """Press a button; the page that comes back."""
    return press(client, f"{DESK}decide/", pressed)


def press(client: Client, address: str, pressed: dict[str, object] | None = None) -> str:
    """Press a button of a form at that address; the page to which it leads."""
    answer = client.post(address, pressed)
    assert answer.status_code == 303
    return body_of(client, answer["Location"])


def state_of(sent: Contribution) -> str:
    sent.refresh_from_db()
    return sent.state


class TestWho:
    @pytest.mark.parametrize("role", list(Role))
    def test_editors_and_approvers_of_that_portal_and_nobody_else(self, role: Role) -> None:
        portal, article = make_place()
        comment = make_comment(portal, article)
        actor = make_actor(role, portal.unit)
        steps: list[Callable[[], object]] = [
            lambda: deciding.publish_comments(actor=actor, contributions=[comment.pk]),
            lambda: deciding.reopen_contributions(actor=actor, contributions=[comment.pk]),
            lambda: deciding.refuse_contributions(
                actor=actor, contributions=[comment.pk], reason=ContributionReason.ABUSE
            ),
            lambda: deciding.undo_decisions(
                actor=actor, contributions=[comment.pk], decision=ContributionState.REFUSED
            ),
            lambda: deciding.close_comments(actor=actor, portal=portal, article=article),
            lambda: deciding.open_comments(actor=actor, portal=portal, article=article),
        ]
        for step in steps:
            if role in {Role.EDITOR, Role.APPROVER}:
                step()
            else:
                with pytest.raises(NotPermitted):
                    step()

    def test_what_came_to_another_portal_is_not_there(self) -> None:
        portal, article = make_place()
        comment = make_comment(portal, article)
        stranger = editor_of(make_portal())
        assert "Không có nội dung nào." in body_of(stranger, DESK)
        assert "0 mục không được đăng." in decide(stranger, refuse=comment.pk)
        assert state_of(comment) == "pending"
        assert stranger.post(f"{DESK}articles/{article.pk}/").status_code == 404
        assert stranger.post(f"{DESK}sites/{portal.pk}/").status_code == 404


class TestDeciding:
    def test_one_click_publishes_and_one_takes_it_back(self) -> None:
        portal, article = make_place()
        comment = make_comment(portal, article, text="Rất bổ ích")
        editor = editor_of(portal)
        assert "Rất bổ ích" in body_of(editor, DESK)
        page = decide(editor, publish=comment.pk)
        assert "Đã đăng 1 ý kiến." in page
        assert "Hoàn tác quyết định vừa rồi" in page
        assert "Rất bổ ích" in body_of(Client(), article.get_url())
        assert "1 mục trở lại như trước." in decide(editor, undo="ticked", ticked=[comment.pk], decision="published")
        assert "Rất bổ ích" not in body_of(Client(), article.get_url())
        acts = Entry.objects.filter(object_type="portal.contribution", object_id=str(comment.pk))
        assert list(acts.order_by("pk").values_list("action", flat=True)) == [
            "portal.publish_comments",
            "portal.undo_decisions",
        ]

    def test_what_was_taken_down_by_mistake_is_published_again_as_it_was(self) -> None:
        portal, article = make_place()
        comment = make_comment(portal, article, text="Rất bổ ích")
        decide(editor_of(portal), publish=comment.pk)
        comment.refresh_from_db()
        editor = editor_of(portal)
        page = decide(editor, refuse=comment.pk, reason="abuse")
        assert "Rất bổ ích" not in body_of(Client(), article.get_url())
        form = dict(re.findall(r'name="(decision|ticked|undo)" value="(\w+)"', page)[:3])
        assert form == {"decision": "refused", "ticked": str(comment.pk), "undo": "ticked"}
        assert "1 mục trở lại như trước." in decide(editor, **form)
        assert "0 mục trở lại như trước." in decide(editor, **form)
        assert "Rất bổ ích" in body_of(Client(), article.get_url())
        again = Contribution.objects.get()
        assert [getattr(again, name) for name in DECISION] == [getattr(comment, name) for name in DECISION]

    def test_nobody_undoes_the_decision_of_somebody_else_and_what_waits_again_is_not_published(self) -> None:
        portal, article = make_place()
        comment = make_comment(portal, article)
        one, other = make_actor(Role.EDITOR, portal.unit), make_actor(Role.EDITOR, portal.unit)
        numbers, refused = [comment.pk], ContributionState.REFUSED
        deciding.publish_comments(actor=one, contributions=numbers)
        deciding.refuse_contributions(actor=one, contributions=numbers, reason=ContributionReason.ABUSE)
        assert deciding.undo_decisions(actor=other, contributions=numbers, decision=refused) == []
        assert deciding.reopen_contributions(actor=other, contributions=numbers) == numbers
        deciding.refuse_contributions(actor=one, contributions=numbers, reason=ContributionReason.ABUSE)
        assert deciding.undo_decisions(actor=one, contributions=numbers, decision=refused) == numbers
        assert state_of(comment) == "pending"

    def test_what_stays_as_it_is_is_said_with_the_reason(self) -> None:
        portal, article = make_place()
        comment, question = make_comment(portal, article), make_question(portal)
        one, other = editor_of(portal), editor_of(portal)
        decide(one, publish=comment.pk)
        page = decide(other, publish="ticked", ticked=[comment.pk, question.pk])
        assert "1 mục giữ nguyên: đã có người quyết định trước." in page
        assert "1 mục giữ nguyên: câu hỏi chỉ được đăng cùng câu trả lời." in page
        decide(one, refuse=question.pk)
        page = decide(other, publish=question.pk)
        assert "1 mục giữ nguyên: đã có người quyết định trước." in page
        assert "cùng câu trả lời" not in page
        assert "1 mục giữ nguyên: đã có người quyết định trước." in decide(other, refuse=question.pk)
        assert "giữ nguyên" not in decide(other, refuse=comment.pk)

    def test_a_form_of_the_desk_is_sent_once(self) -> None:
        portal, article = make_place()
        make_comment(portal, article)
        question = make_question(portal)
        editor = editor_of(portal)
        for address in (DESK, f"{DESK}questions/{question.pk}/"):
            forms = re.findall(r"<form [^>]*decide/[^>]*>", body_of(editor, address))
            assert forms
            assert all("data-once" in form for form in forms)

    def test_several_are_refused_at_once_for_a_reason_on_record(self) -> None:
        portal, article = make_place()
        comments = [make_comment(portal, article, text=f"Mua hàng {number}") for number in range(3)]
        editor = editor_of(portal, Role.APPROVER)
        numbers = [comment.pk for comment in comments[:2]]
        assert "2 mục không được đăng." in decide(editor, refuse="ticked", ticked=numbers, reason="advertising")
        assert [state_of(comment) for comment in comments] == ["refused", "refused", "pending"]
        assert "Không đăng: Là quảng cáo" in body_of(editor, f"{DESK}?show=refused")
        assert set(
            Entry.objects.filter(action="portal.refuse_contributions").values_list("facts__reason", flat=True)
        ) == {"advertising"}

    def test_what_is_published_can_be_taken_down_and_nothing_is_decided_twice(self) -> None:
        portal, article = make_place()
        comment = make_comment(portal, article)
        actor = make_actor(Role.EDITOR, portal.unit)
        one = [comment.pk]
        assert deciding.reopen_contributions(actor=actor, contributions=one) == []
        assert deciding.publish_comments(actor=actor, contributions=one) == one
        assert deciding.publish_comments(actor=actor, contributions=one) == []
        for reason, refused in ((ContributionReason.ABUSE, one), (ContributionReason.OTHER, [])):
            assert deciding.refuse_contributions(actor=actor, contributions=one, reason=reason) == refused
        comment.refresh_from_db()
        assert (comment.reason, comment.decided_by_id) == ("abuse", actor.user_id)

    @pytest.mark.parametrize(
        "pressed", [{}, {"publish": "ticked"}, {"publish": "x"}, {"refuse": "1", "reason": "x"}, {"undo": "1"}]
    )
    def test_a_form_that_names_nothing_changes_nothing(self, pressed: dict[str, str]) -> None:
        portal, article = make_place()
        comment = make_comment(portal, article)
        assert "Chưa đánh dấu mục nào." in decide(editor_of(portal), **pressed)
        assert state_of(comment) == "pending"

    def test_the_list_is_searched_without_diacritics_and_narrowed_by_kind(self) -> None:
        portal, article = make_place()
        make_comment(portal, article, text="Đường đẹp quá")
        make_comment(portal, article, text="Trường học mới")
        make_question(portal)
        editor = editor_of(portal)
        found = body_of(editor, f"{DESK}?q=duong dep")
        assert "Đường đẹp quá" in found
        assert "Trường học mới" not in found
        questions = body_of(editor, f"{DESK}?kind=question")
        assert "Đường vào bản" in questions
        assert "Trường học mới" not in questions
        assert "Trường học mới" in body_of(editor, f"{DESK}?kind=x&show=x")

    def test_comments_are_closed_and_opened_again_by_article_and_site(self) -> None:
        portal, article = make_place()
        editor = editor_of(portal)
        for address in (f"{DESK}articles/{article.pk}/", f"{DESK}sites/{portal.pk}/"):
            for _time in range(2):
                assert "Đã đóng mục ý kiến." in press(editor, address)
            assert CommentClosing.objects.count() == 1
            assert "đóng mục ý kiến" in body_of(Client(), article.get_url())
            for _time in range(2):
                assert "Đã mở lại mục ý kiến." in press(editor, address, {"open": "1"})
            assert not CommentClosing.objects.exists()
        editor.post(f"{DESK}sites/{portal.pk}/")
        assert "đang đóng mục ý kiến" in body_of(editor, DESK)
        assert article.title in body_of(editor, f"{DESK}articles/?q={article.title[:6]}")


class TestQuestions:
    def test_one_answers_another_approves_and_everybody_reads_both(self) -> None:
        portal = make_portal()
        question = make_question(portal)
        editor, approver = editor_of(portal), editor_of(portal, Role.APPROVER)
        address = f"{DESK}questions/{question.pk}/"
        assert "0912 345 678" in body_of(editor, address)
        assert Client().get(f"/cong/hoi-dap/{question.pk}/").status_code == 404
        editor.post(address, {"text": "Quý II năm sau."})
        assert state_of(question) == "answered"
        assert "Đường vào bản" in body_of(approver, f"{DESK}?show=answered")
        moment = Answer.objects.get().written_at.isoformat()
        assert approver.post(f"{address}approve/", {"written_at": moment}).status_code == 303
        page = body_of(Client(), f"/cong/hoi-dap/{question.pk}/")
        assert "Quý II năm sau." in page
        assert "0912" not in page
        assert "Đường vào bản" in body_of(Client(), "/cong/hoi-dap/")
        assert f"/cong/hoi-dap/{question.pk}/" in body_of(Client(), "/cong/sitemap.xml")
        question.refresh_from_db()
        assert question.reach == ""

    def test_nobody_approves_their_own_answer_or_one_that_they_did_not_read(self) -> None:
        portal = make_portal()
        question = make_question(portal)
        user = make_user(Role.EDITOR, portal.unit)
        person = Person.objects.get(user=user)
        Appointment.objects.create(person=person, role=Role.APPROVER, unit=portal.unit, period=ALWAYS)
        both = Actor.of(user)
        answering.write_answer(actor=both, question=question, text="Có.")
        moment = Answer.objects.get().written_at
        with pytest.raises(errors.OwnAnswer):
            answering.approve_answer(actor=both, question=question, written_at=moment)
        approver = make_actor(Role.APPROVER, portal.unit)
        for other in (None, moment - dt.timedelta(seconds=1)):
            with pytest.raises(errors.NothingToApprove):
                answering.approve_answer(actor=approver, question=question, written_at=other)
        with pytest.raises(NotPermitted):
            answering.approve_answer(actor=make_actor(Role.EDITOR, portal.unit), question=question, written_at=moment)
        with pytest.raises(NotPermitted):
            answering.write_answer(actor=approver, question=question, text="Không.")
        assert state_of(question) == "answered"

    def test_what_is_refused_or_wrong_is_said_on_the_page(self) -> None:
        portal = make_portal()
        question = make_question(portal)
        editor, approver = editor_of(portal), editor_of(portal, Role.APPROVER)
        address = f"{DESK}questions/{question.pk}/"
        assert "Hãy viết câu trả lời vào đây." in editor.post(address, {"text": ""}).content.decode()
        assert approver.post(address, {"text": "Có."}).status_code == 403
        for moment in ("", "2026-99-01T00:00:00"):
            late = approver.post(f"{address}approve/", {"written_at": moment})
            assert "Hãy đọc lại một lần nữa." in late.content.decode()
        assert editor.post(f"{address}approve/", {"written_at": ""}).status_code == 403
        decide(editor, refuse=question.pk)
        assert "Câu hỏi này đã được quyết định." in editor.post(address, {"text": "Có."}).content.decode()

    def test_a_published_question_that_was_taken_down_by_mistake_stands_there_again_with_its_answer(self) -> None:
        portal = make_portal()
        question = make_question(portal)
        editor, approver = make_actor(Role.EDITOR, portal.unit), make_actor(Role.APPROVER, portal.unit)
        answering.write_answer(actor=editor, question=question, text="Quý II năm sau.")
        moment = Answer.objects.get().written_at
        answering.approve_answer(actor=approver, question=question, written_at=moment)
        question.refresh_from_db()
        numbers = [question.pk]
        deciding.refuse_contributions(actor=editor, contributions=numbers, reason=ContributionReason.OTHER)
        assert Client().get(f"/cong/hoi-dap/{question.pk}/").status_code == 404
        deciding.undo_decisions(actor=editor, contributions=numbers, decision=ContributionState.REFUSED)
        assert "Quý II năm sau." in body_of(Client(), f"/cong/hoi-dap/{question.pk}/")
        again = Contribution.objects.get()
        assert [getattr(again, name) for name in DECISION] == [getattr(question, name) for name in DECISION]

    def test_an_answered_question_that_waits_again_waits_for_its_approval(self) -> None:
        portal = make_portal()
        question = make_question(portal)
        editor = make_actor(Role.EDITOR, portal.unit)
        assert deciding.publish_comments(actor=editor, contributions=[question.pk]) == []
        answering.write_answer(actor=editor, question=question, text="Có.")
        deciding.refuse_contributions(actor=editor, contributions=[question.pk], reason=ContributionReason.OTHER)
        deciding.reopen_contributions(actor=editor, contributions=[question.pk])
        assert state_of(question) == ContributionState.ANSWERED
        assert question.reach == "0912 345 678"


def test_what_is_needed_no_more_goes_after_thirty_days() -> None:
    portal, article = make_place()
    editor = make_actor(Role.EDITOR, portal.unit)
    with clock.supposing(clock.now() - KEPT - dt.timedelta(hours=1)):
        refused, kept = make_comment(portal, article), make_comment(portal, article)
        question = make_question(portal)
        deciding.refuse_contributions(actor=editor, contributions=[refused.pk], reason=ContributionReason.ABUSE)
    fresh = make_question(portal)
    assert forget_readers(0) == 2
    assert not Contribution.objects.filter(pk=refused.pk).exists()
    assert Contribution.objects.filter(pk=kept.pk).exists()
    assert [Contribution.objects.get(pk=each.pk).reach for each in (question, fresh)] == ["", "0912 345 678"]
    assert forget_readers(0) == 0


def test_what_nobody_decides_about_goes_after_one_hundred_and_eighty_days_since_the_last_step() -> None:
    portal, article = make_place()
    editor = make_actor(Role.EDITOR, portal.unit)
    with clock.supposing(clock.now() - UNDECIDED - dt.timedelta(hours=1)):
        _left, published, reopened = (make_comment(portal, article, text=f"Ý kiến {number}") for number in range(3))
        _unanswered, answered, asked_again = (make_question(portal, topic=f"Việc {number}") for number in range(3))
        deciding.publish_comments(actor=editor, contributions=[published.pk, reopened.pk])
        answering.write_answer(actor=editor, question=answered, text="Có.")
    answering.write_answer(actor=editor, question=asked_again, text="Có.")
    deciding.reopen_contributions(actor=editor, contributions=[reopened.pk])
    forget_readers(0)
    kept = {published.pk, reopened.pk, asked_again.pk}
    assert set(Contribution.objects.values_list("pk", flat=True)) == kept
    for address in (f"/cong/gop-y/{article.pk}/", "/cong/hoi-dap/gui/"):
        assert f"chưa ai quyết định bị xóa sau {UNDECIDED.days} ngày" in body_of(Client(), address)
