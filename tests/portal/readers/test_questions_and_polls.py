"""Questions to the committee and polls, as readers meet them, and polls as those who make them do."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted
from lantoa.portal.models import Contribution, Poll, PollVote, PortalSite
from lantoa.portal.readers import errors
from lantoa.portal.readers.marks import COOKIE, mark_of
from lantoa.portal.readers.polls import result_of
from lantoa.portal.readers.services import polls
from tests.organizations.factories import make_actor
from tests.portal.factories import make_portal
from tests.portal.readers.factories import READER, bare_portal, body_of, later, number_in, use_up_votes
from tests.portal.readers.test_desk import editor_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
CHOICES = ("Sửa đường", "Làm nhà văn hóa", "Lắp loa")


def words(*choices: str, begins: int = 0, ends: int = 7, question: str = "Việc nào làm trước?") -> polls.PollWords:
    """A poll that begins and ends so many days from today."""
    today = clock.today()
    return polls.PollWords(question, choices or CHOICES, today + begins * DAY, today + ends * DAY)


def make_poll(portal: PortalSite, asked: polls.PollWords | None = None) -> Poll:
    """A poll that an editor made."""
    editor = make_actor(Role.EDITOR, portal.unit)
    return polls.make_poll(actor=editor, client_id=uuid.uuid4(), portal=portal, words=asked or words())


def vote(client: Client, poll: Poll, place: int) -> int:
    """Vote for the choice at that place; the status of the answer."""
    choice = poll.choices.get(place=place).pk
    return client.post(f"/cong/binh-chon/{poll.pk}/gui/", {"choice": choice}).status_code


class TestAsking:
    def ask(self, **typed: str) -> tuple[int, str]:
        """Send the form; the status and the page."""
        given = {"client_id": str(uuid.uuid4()), "topic": "Đường", "text": "Khi nào sửa?", **typed}
        answer = Client().post("/cong/hoi-dap/gui/", given)
        return answer.status_code, answer.content.decode()

    def test_a_question_waits_and_the_reader_is_told_what_happens(self) -> None:
        make_portal()
        assert self.ask(name="Mai", reach="mai@example.vn")[0] == 303
        assert "Đã nhận được câu hỏi của bạn." in body_of(Client(), "/cong/hoi-dap/da-gui/")
        assert "Chưa có câu hỏi nào được trả lời ở đây." in body_of(Client(), "/cong/hoi-dap/")
        sent = Contribution.objects.get()
        assert (sent.topic, sent.name, sent.reach, sent.state) == ("Đường", "Mai", "mai@example.vn", "pending")

    def test_the_same_question_is_kept_once_and_one_with_other_words_or_another_number_too(self) -> None:
        make_portal()
        form = str(uuid.uuid4())
        typed: tuple[dict[str, str], ...] = (
            {},
            {"topic": "Đường vào bản"},
            {"text": "Bao giờ sửa?"},
            {"reach": "0912"},
        )
        for _time in range(2):
            assert [self.ask(client_id=form, **words)[0] for words in typed] == [303] * 4
        assert Contribution.objects.count() == 4

    def test_what_is_wrong_is_said_and_a_program_is_not_heard(self) -> None:
        make_portal()
        assert "Tối đa 3.000 ký tự" in body_of(Client(), "/cong/hoi-dap/gui/")
        status, page = self.ask(topic="", text="Giữ lại chữ này")
        assert status == 422
        assert "Hãy ghi ngắn gọn câu hỏi về việc gì." in page
        assert "Giữ lại chữ này" in page
        assert self.ask(homepage="x")[0] == 303
        assert not Contribution.objects.exists()
        with clock.supposing(clock.now()):
            answers = [self.ask()[0] for _time in range(11)]
        assert answers == [303] * 10 + [429]


class TestVoting:
    def test_the_first_page_shows_the_poll_and_a_vote_counts_once_and_may_change(self) -> None:
        portal = make_portal()
        poll = make_poll(portal)
        make_poll(portal, words(begins=1, question="Chưa đến ngày"))
        home = later(Client(), "/cong/")
        assert "Việc nào làm trước?" in home
        assert "Chưa đến ngày" not in home
        assert "Tất cả 0 lượt bình chọn" in home
        first, second = Client(), Client()
        assert [vote(first, poll, 1), vote(second, poll, 2), vote(first, poll, 2)] == [303] * 3
        home = later(Client(), "/cong/")
        assert "100% · 2 lượt" in home
        assert "Tất cả 2 lượt bình chọn" in home
        assert "(lựa chọn của bạn)" in body_of(first, f"/cong/binh-chon/{poll.pk}/?sent=1")
        assert PollVote.objects.filter(reader=mark_of(first.cookies[COOKIE].value)).count() == 1

    def test_nobody_votes_before_after_or_for_what_is_no_choice(self) -> None:
        portal = make_portal()
        later, over = make_poll(portal, words(begins=1)), make_poll(portal, words(begins=-3, ends=-1))
        assert Client().get(f"/cong/binh-chon/{later.pk}/").status_code == 404
        assert vote(Client(), over, 1) == 409
        running = make_poll(portal)
        other = over.choices.get(place=1).pk
        address = f"/cong/binh-chon/{running.pk}/gui/"
        assert [Client().post(address, {"choice": choice}).status_code for choice in ("", "x", other)] == [
            422,
            422,
            409,
        ]
        for of in ("", "?part=1"):
            assert "đã kết thúc hoặc chưa bắt đầu" in body_of(Client(), f"/cong/binh-chon/{over.pk}/{of}")
        assert "<html" not in body_of(Client(), f"/cong/binh-chon/{running.pk}/?part=1")
        assert not PollVote.objects.exists()

    def test_who_chose_what_was_replaced_meanwhile_is_shown_the_new_choices(self) -> None:
        portal = make_portal()
        poll = make_poll(portal)
        form = {"choice": poll.choices.get(place=1).pk}
        polls.change_poll(actor=make_actor(Role.EDITOR, portal.unit), poll=poll, words=words("Xây cầu", "Mở chợ"))
        answer = Client().post(f"/cong/binh-chon/{poll.pk}/gui/", form)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Các phương án vừa được thay đổi" in page
        assert "Xây cầu" in page
        assert "đã kết thúc" not in page
        with pytest.raises(errors.PollChoicesChanged):
            polls.vote(actor=READER, poll=poll, choice=form["choice"], reader="x")

    def test_the_form_of_a_first_vote_pressed_twice_is_one_vote(self) -> None:
        poll = make_poll(make_portal())
        address = f"/cong/binh-chon/{poll.pk}/"
        number = number_in(body_of(Client(), f"{address}?part=1"))
        missing = Client().post(f"{address}gui/", {"reader": number})
        assert number_in(missing.content.decode()) == number
        form = {"reader": number, "choice": poll.choices.get(place=1).pk}
        assert [Client().post(f"{address}gui/", form).status_code for _time in range(2)] == [303, 303]
        assert PollVote.objects.get().reader == mark_of(number)

    def test_too_many_votes_from_one_line_wait(self) -> None:
        poll = make_poll(make_portal())
        with clock.supposing(clock.now()):
            use_up_votes()
            assert vote(Client(), poll, 1) == 429


class TestMaking:
    def fill(self, client: Client, address: str, **typed: str) -> tuple[int, str]:
        """Send the form of a poll; the status and the page."""
        day = clock.today().strftime("%d/%m/%Y")
        given = {"question": "Việc nào?", "choices": "Một\nHai", "begins_on": day, "ends_on": day, **typed}
        answer = client.post(address, given)
        return answer.status_code, answer.content.decode()

    def test_an_editor_makes_changes_and_closes_a_poll(self) -> None:
        portal = make_portal()
        editor = editor_of(portal)
        assert "Chưa có cuộc bình chọn nào." in body_of(editor, "/portal/readers/polls/")
        body_of(editor, "/portal/readers/polls/new/")
        form = {"client_id": str(uuid.uuid4()), "site": str(portal.pk)}
        for _time in range(2):
            assert self.fill(editor, "/portal/readers/polls/new/", **form)[0] == 303
        poll = Poll.objects.get()
        address = f"/portal/readers/polls/{poll.pk}/"
        assert self.fill(editor, address, choices="Một\nHai\nBa")[0] == 303
        assert poll.choices.count() == 3
        assert "đang bình chọn" in body_of(editor, "/portal/readers/polls/")
        assert self.fill(editor, address, choices="Một\nHai\nBa", question="Việc nào trước?")[0] == 303
        for _time in range(2):
            assert editor.post(f"{address}close/").status_code == 303
        assert "đã kết thúc" in body_of(editor, "/portal/readers/polls/")
        assert vote(Client(), poll, 1) == 409

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"question": ""}, "Hãy viết điều cần hỏi bạn đọc."),
            ({"choices": "Một"}, "Hãy viết từ hai đến sáu phương án"),
            ({"choices": "\n".join("abcdefg")}, "Hãy viết từ hai đến sáu phương án"),
            ({"choices": f"Một\n{'a' * 121}"}, "Mỗi phương án tối đa 120 ký tự."),
            ({"choices": "Đường\nduong"}, "Hai phương án giống nhau."),
            ({"ends_on": "01/01/2020"}, "không thể kết thúc trước khi bắt đầu"),
        ],
    )
    def test_what_is_wrong_is_said(self, typed: dict[str, str], said: str) -> None:
        portal = make_portal()
        poll, editor = make_poll(portal), editor_of(portal)
        form = {"client_id": str(uuid.uuid4()), "site": str(portal.pk)}
        for address in ("/portal/readers/polls/new/", f"/portal/readers/polls/{poll.pk}/"):
            status, page = self.fill(editor, address, **(form | typed))
            assert status == 422
            assert said in page

    def test_once_readers_voted_only_the_last_day_moves(self) -> None:
        portal = make_portal()
        poll, editor = make_poll(portal), make_actor(Role.EDITOR, portal.unit)
        vote(Client(), poll, 1)
        polls.change_poll(actor=editor, poll=poll, words=words(ends=9))
        for changed in (words("Một", "Hai"), words(question="Khác?"), words(begins=1)):
            with pytest.raises(errors.PollHasVotes):
                polls.change_poll(actor=editor, poll=poll, words=changed)
        poll.refresh_from_db()
        assert poll.ends_on == clock.today() + 9 * DAY
        assert result_of(poll).votes == 1

    def test_nobody_but_an_editor(self) -> None:
        portal = make_portal()
        poll, approver = make_poll(portal), make_actor(Role.APPROVER, portal.unit)
        with pytest.raises(NotPermitted):
            polls.make_poll(actor=approver, client_id=uuid.uuid4(), portal=portal, words=words())
        with pytest.raises(NotPermitted):
            polls.change_poll(actor=approver, poll=poll, words=words())
        with pytest.raises(NotPermitted):
            polls.close_poll(actor=approver, poll=poll)
        client = editor_of(portal, Role.APPROVER)
        assert client.get("/portal/readers/polls/new/").status_code == 403
        assert "Câu hỏi" not in body_of(client, f"/portal/readers/polls/{poll.pk}/").split("<main", 1)[1]
        assert self.fill(client, f"/portal/readers/polls/{poll.pk}/")[0] == 403


@pytest.mark.django_db(transaction=True)
def test_votes_in_a_poll_at_the_same_moment_are_all_counted() -> None:
    poll = make_poll(bare_portal())
    choices = list(poll.choices.all())

    def give(number: int) -> None:
        try:
            polls.vote(actor=READER, poll=poll, choice=choices[number % 3].pk, reader=f"reader{number % 20}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as readers:
        list(readers.map(give, range(60)))
    result = result_of(poll)
    assert result.votes == 20
    assert sum(each.votes for each in result.choices) == 20
