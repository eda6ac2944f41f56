"""The inbox, what is silenced, and mails."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from lantoa.accounts.enums import MailFailure
from lantoa.accounts.mail import MailNotTaken
from lantoa.accounts.models import User
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.notifications import kinds, services
from lantoa.notifications.erasing import forget_inbox
from lantoa.notifications.errors import NotTheReceiver, SilenceOfNothing, SilenceTooLong
from lantoa.notifications.mailing import deliver, post_weekly
from lantoa.notifications.models import Mail, Notification, Silence
from lantoa.notifications.selectors import told
from lantoa.notifications.tasks import post_weekly_mails, send_mail
from lantoa.notifications.telling import Message, tell
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Appointment
from lantoa.plans.models import Campaign
from tests.accounts.mailserver import serving
from tests.jobs.runner import deferred, run_deferred
from tests.organizations.factories import LONG_AGO, make_unit, make_user
from tests.plans.factories import make_campaign

pytestmark = pytest.mark.django_db
ZONE = dt.timezone(dt.timedelta(hours=7))
MONDAY = dt.datetime(2026, 6, 1, 7, 30, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def _on_monday_morning() -> Iterator[None]:
    with clock.supposing(MONDAY):
        yield


@pytest.fixture
def user() -> User:
    """An officer with an address."""
    user = make_user(Role.OFFICER, make_unit("Đảng bộ xã Dào San", kind=UnitKind.GRASSROOTS_COMMITTEE))
    user.email = "dao.san@example.vn"
    user.save(update_fields=["email"])
    return user


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(make_unit(kind=UnitKind.DISTRICT_COMMITTEE), name="Học tập Nghị quyết 57")


@pytest.fixture
def post(settings: Settings) -> Iterator[Any]:
    """A mail server that takes everything."""
    with serving() as server:
        _use(settings, server)
        yield server


def _use(settings: Settings, server: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.LANTOA_SITE = "https://lantoa.example.vn"


def message(user: User, campaign: Campaign, occasion: str = "one", **given: Any) -> Message:
    values: dict[str, Any] = {
        "kind": "plans.reminder",
        "parameters": {"unit": "Đảng bộ xã Dào San", "deadline": "plan", "due": "2026-06-08", "days": 7},
        "link": "/plans/1/",
        "about_type": "plans.campaign",
        "about_id": campaign.pk,
        **given,
    }
    return Message(receiver_id=user.pk, occasion=occasion, **values)


def test_a_receiver_is_told_once_for_each_occasion(user: User, campaign: Campaign) -> None:
    assert len(tell([message(user, campaign), message(user, campaign, "two")])) == 2
    assert tell([message(user, campaign)]) == []
    assert tell([]) == []
    assert Notification.objects.count() == 2


def test_the_sentence_is_made_in_the_language_of_the_reader(user: User, campaign: Campaign) -> None:
    tell([message(user, campaign)])
    with translation.override("en"):
        (one,) = told(list(Notification.objects.all()))
    assert one.sentence == (
        "Học tập Nghị quyết 57: Đảng bộ xã Dào San is to issue its plan by 08/06/2026. 7 days were left."
    )


@pytest.mark.parametrize(
    ("kind", "values", "sentence"),
    [
        (
            "plans.reminder",
            {"deadline": "study", "days": 0},
            "to hold its study by 08/06/2026. That was the day of the reminder.",
        ),
        ("plans.late", {"day": "2026-06-22"}, "NQ 57: on 22/06/2026 units that you look after were overdue."),
        ("plans.call", {"deadline": "plan", "days": -1}, "You are reminded from above."),
        ("plans.reminder", {"deadline": "plan", "days": -2}, "It was 2 days overdue."),
        ("plans.deadline_moved", {"deadline": "plan", "old": "2026-06-01", "new": "2026-06-09"}, "now, no longer on"),
        ("plans.deadline_moved", {"deadline": "study", "old": "2026-06-01", "new": "2026-06-09"}, "the study of"),
    ],
)
def test_every_kind_has_its_sentence(kind: str, values: dict[str, Any], sentence: str) -> None:
    given = {"unit": "Đảng bộ xã Dào San", "due": "2026-06-08", **values}
    with translation.override("en"):
        assert sentence in kinds.KINDS[kind].sentence(given, "NQ 57")


@pytest.mark.parametrize(
    ("days", "sentence"),
    [(7, "Lúc nhắc còn 7 ngày."), (0, "Lúc nhắc là ngày hạn cuối."), (-2, "Lúc nhắc đã quá hạn 2 ngày.")],
)
def test_how_long_was_left_stays_true_whenever_it_is_read(days: int, sentence: str) -> None:
    given = {"unit": "Đảng bộ xã Dào San", "due": "2026-06-08", "deadline": "plan", "days": days}
    assert kinds.KINDS["plans.reminder"].sentence(given, "NQ 57").endswith(sentence)


def test_what_is_gone_is_called_removed_and_what_has_no_name_is_not_named(user: User) -> None:
    with translation.override("en"):
        names = kinds.names_of([("", None), ("plans.campaign", 10**9)])
    assert names == {("", None): "", ("plans.campaign", 10**9): "removed"}


def test_a_kind_is_registered_once() -> None:
    with pytest.raises(ValueError, match="already"):
        kinds.register(kinds.KINDS["plans.call"])


class TestSilences:
    """For a time, and never for ever."""

    def test_what_is_silenced_stands_in_the_inbox_and_neither_counts_nor_is_mailed(
        self, user: User, campaign: Campaign, post: Any
    ) -> None:
        services.silence(actor=Actor.of(user), days=7, kind="plans.reminder")
        tell([message(user, campaign), message(user, campaign, "two", kind="plans.call")])
        quiet = dict(Notification.objects.values_list("occasion", "quiet"))
        assert quiet == {"one": True, "two": False}
        assert Actor.of(user).unread == 1
        assert Mail.objects.get().notifications.get().occasion == "two"

    def test_a_campaign_is_silenced_without_the_others(self, user: User, campaign: Campaign) -> None:
        tell([message(user, campaign)])
        services.silence(actor=Actor.of(user), days=1, about_type="plans.campaign", about_id=campaign.pk)
        tell([message(user, campaign, "two"), message(user, make_campaign(campaign.owner), "three")])
        assert set(Notification.objects.unread().values_list("occasion", flat=True)) == {"one", "three"}

    def test_it_ends_by_itself(self, user: User, campaign: Campaign) -> None:
        services.silence(actor=Actor.of(user), days=2, kind="plans.reminder")
        for days, quiet in ((1, True), (2, False)):
            with clock.supposing(MONDAY + dt.timedelta(days=days)):
                (one,) = tell([message(user, campaign, f"day {days}")])
                assert one.quiet == quiet

    def test_a_second_one_begins_anew(self, user: User) -> None:
        actor = Actor.of(user)
        services.silence(actor=actor, days=30, kind="plans.reminder")
        again = services.silence(actor=actor, days=1, kind="plans.reminder")
        assert (Silence.objects.get(), again.ends_on) == (again, MONDAY.date())
        assert Entry.objects.filter(action="notifications.silence").count() == 2

    @pytest.mark.parametrize("days", [0, 31])
    def test_it_lasts_thirty_days_at_the_most(self, user: User, days: int) -> None:
        with pytest.raises(SilenceTooLong):
            services.silence(actor=Actor.of(user), days=days, kind="plans.reminder")

    def test_the_table_itself_refuses_a_longer_one(self, user: User) -> None:
        day = MONDAY.date()
        for days, fits in ((29, True), (30, False)):
            row = Silence(user=user, kind=f"k{days}", begins_on=day, ends_on=day + dt.timedelta(days=days))
            if fits:
                row.save()
            else:
                with pytest.raises(IntegrityError, match="silence_not_for_ever"), transaction.atomic():
                    row.save()

    def test_what_one_was_never_told_about_cannot_be_silenced(self, user: User, campaign: Campaign) -> None:
        for given in ({"kind": "no.such"}, {"about_type": "plans.campaign", "about_id": campaign.pk}, {}):
            with pytest.raises(SilenceOfNothing):
                services.silence(actor=Actor.of(user), days=1, **given)

    def test_it_is_ended_by_whoever_wanted_it(self, user: User) -> None:
        wanted = services.silence(actor=Actor.of(user), days=7, kind="plans.call")
        with pytest.raises(NotTheReceiver):
            services.end_silence(actor=Actor.of(make_user()), silence=wanted)
        services.end_silence(actor=Actor.of(user), silence=wanted)
        services.end_silence(actor=Actor.of(user), silence=wanted)
        assert not Silence.objects.exists()
        assert Entry.objects.filter(action="notifications.end_silence", outcome="done").count() == 1


class TestMails:
    """Committed with their cause, handed over once."""

    def test_what_was_told_is_mailed_in_one_mail_with_its_link(self, user: User, campaign: Campaign, post: Any) -> None:
        tell([message(user, campaign), message(user, campaign, "two")])
        assert [name for name, _arguments in deferred()] == ["notifications.send_mail"]
        run_deferred()
        (text,) = post.taken
        assert "To: dao.san@example.vn" in text
        assert text.count("https://lantoa.example.vn/plans/1/") == 2
        assert Mail.objects.get().delivered_at == MONDAY
        run_deferred()
        assert len(post.taken) == 1

    def test_many_mails_are_posted_by_as_many_queries_as_one(
        self, user: User, campaign: Campaign, settings: Settings
    ) -> None:
        settings.EMAIL_HOST = "mail.example.vn"
        others = [make_user() for _ in range(3)]
        for number, other in enumerate(others):
            User.objects.filter(pk=other.pk).update(email=f"can.bo{number}@example.vn")
        costs = []
        for occasion, receivers in (("one", [user]), ("many", [user, *others])):
            with CaptureQueriesContext(connection) as captured:
                tell([message(receiver, campaign, occasion) for receiver in receivers])
            costs.append(len(captured))
        assert costs[0] == costs[1]
        jobs = ProcrastinateJob.objects.filter(task_name="notifications.send_mail")
        mails = Mail.objects.values_list("pk", flat=True)
        assert {(job.args["mail_id"], job.lock) for job in jobs} == {(pk, f"notifications.mail.{pk}") for pk in mails}
        assert len(mails) == 5

    def test_without_a_mail_server_or_an_address_nothing_is_posted(
        self, user: User, campaign: Campaign, settings: Settings
    ) -> None:
        tell([message(user, campaign)])
        settings.EMAIL_HOST = "mail.example.vn"
        User.objects.update(email="")
        tell([message(user, campaign, "two")])
        assert not Mail.objects.exists()

    def test_nothing_is_sent_to_who_lost_the_post_was_closed_out_or_has_read_it(
        self, user: User, campaign: Campaign, post: Any
    ) -> None:
        tell([message(user, campaign)])
        sent = Mail.objects.get()
        held = Appointment.objects.get()
        period = type(held.period)
        Appointment.objects.update(period=period(LONG_AGO, MONDAY.date()))
        deliver(mail_id=sent.pk)
        Appointment.objects.update(period=period(LONG_AGO, None))
        User.objects.filter(pk=user.pk).update(is_active=False)
        deliver(mail_id=sent.pk)
        assert Mail.objects.get().delivered_at is None
        User.objects.filter(pk=user.pk).update(is_active=True)
        Notification.objects.update(read_at=MONDAY)
        deliver(mail_id=sent.pk)
        assert post.taken == []

    def test_a_server_that_does_not_take_it_is_asked_again_but_not_for_an_unknown_address(
        self, user: User, campaign: Campaign, settings: Settings
    ) -> None:
        settings.EMAIL_HOST = "127.0.0.1"
        tell([message(user, campaign)])
        sent = Mail.objects.get()
        with serving(DATA="451 later") as server:
            _use(settings, server)
            with pytest.raises(MailNotTaken):
                deliver(mail_id=sent.pk)
        assert Mail.objects.get().failure == MailFailure.NOT_TAKEN
        with serving(RCPT="550 unknown") as server:
            _use(settings, server)
            send_mail.func(mail_id=sent.pk)
        assert Mail.objects.get().failure == MailFailure.NO_SUCH_ADDRESS

    def test_erasure_takes_all_of_it(self, user: User, campaign: Campaign, post: Any) -> None:
        tell([message(user, campaign)])
        services.silence(actor=Actor.of(user), days=7, kind="plans.call")
        assert forget_inbox(user.pk) == 3
        run_deferred()
        assert post.taken == []


class TestWeekly:
    """On Monday, what is unread."""

    def earlier(self, user: User, campaign: Campaign, count: int = 1) -> None:
        with clock.supposing(MONDAY - dt.timedelta(days=2)):
            tell([message(user, campaign, f"earlier {number}") for number in range(count)])

    def test_it_comes_once_a_week_to_who_has_something_unread(
        self, user: User, campaign: Campaign, settings: Settings
    ) -> None:
        settings.EMAIL_HOST = ""
        self.earlier(user, campaign, 52)
        with serving() as server:
            _use(settings, server)
            assert [post_weekly_mails.func(timestamp=0), post_weekly_mails.func(timestamp=0)] == [1, 0]
            run_deferred()
            (text,) = server.taken
        assert "Message-ID" in text
        assert Mail.objects.get().week == MONDAY.date()
        with clock.supposing(MONDAY + dt.timedelta(days=7)):
            settings.EMAIL_HOST = "127.0.0.1"
            assert post_weekly(now=clock.now()) == 1

    def test_not_before_seven_and_not_for_what_came_later(self, user: User, campaign: Campaign, post: Any) -> None:
        tell([message(user, campaign)])
        assert post_weekly(now=MONDAY) == 0
        self.earlier(user, campaign)
        assert post_weekly(now=MONDAY - dt.timedelta(hours=1)) == 0
        assert post_weekly(now=MONDAY) == 1

    def test_without_a_mail_server_there_is_none(self, user: User, campaign: Campaign) -> None:
        self.earlier(user, campaign)
        assert post_weekly(now=MONDAY) == 0


class TestInbox:
    """The page."""

    @pytest.fixture
    def client(self, user: User, client: Client) -> Client:
        client.force_login(user)
        return client

    def test_it_shows_what_is_unread_here_and_in_the_frame(
        self, client: Client, user: User, campaign: Campaign
    ) -> None:
        assert "nav-count" not in client.get("/notifications/").content.decode()
        tell([message(user, campaign), message(user, campaign, "two")])
        page = client.get("/notifications/").content.decode()
        assert page.count("Học tập Nghị quyết 57: ") == 2
        assert '<span class="nav-count" aria-hidden="true">2</span>' in page

    def test_it_is_narrowed_by_kind_and_to_what_is_unread(self, client: Client, user: User, campaign: Campaign) -> None:
        tell([message(user, campaign), message(user, campaign, "two", kind="plans.call")])
        Notification.objects.filter(occasion="one").update(read_at=MONDAY)
        for query, count in (("?unread=1", 1), ("?kind=plans.reminder", 1), ("?kind=plans.reminder&unread=1", 0)):
            assert client.get(f"/notifications/{query}").context["table"].page.paginator.count == count

    def test_opening_one_marks_it_and_leads_on(self, client: Client, user: User, campaign: Campaign) -> None:
        one, two = tell([message(user, campaign), message(user, campaign, "two", link="")])
        assert client.post(f"/notifications/{one.pk}/open/")["Location"] == "/plans/1/"
        assert client.post(f"/notifications/{one.pk}/open/", {"stay": "1"})["Location"] == "/notifications/"
        assert client.post(f"/notifications/{two.pk}/open/")["Location"] == "/notifications/"
        assert Notification.objects.filter(read_at=MONDAY).count() == 2

    def test_nobody_reads_what_another_was_told(self, client: Client, campaign: Campaign) -> None:
        (other,) = tell([message(make_user(), campaign)])
        assert client.post(f"/notifications/{other.pk}/open/").status_code == 404
        with pytest.raises(NotTheReceiver):
            services.mark_read(actor=Actor.of(make_user()), notification=other)

    def test_all_are_marked_up_to_the_last_one_seen(self, client: Client, user: User, campaign: Campaign) -> None:
        seen = tell([message(user, campaign), message(user, campaign, "two")])[-1]
        tell([message(user, campaign, "later")])
        assert client.post("/notifications/read/", {"until": "x"}).status_code == 303
        assert client.post("/notifications/read/", {"until": seen.pk}).status_code == 303
        assert Notification.objects.unread().get().occasion == "later"

    def test_the_button_says_and_marks_what_the_filter_shows_on_all_its_pages(
        self, client: Client, user: User, campaign: Campaign
    ) -> None:
        tell([message(user, campaign, f"call {number}", kind="plans.call") for number in range(60)])
        tell([message(user, campaign, f"reminder {number}") for number in range(3)])
        Notification.objects.filter(occasion="call 7").update(read_at=MONDAY)
        assert "Đánh dấu đã đọc tất cả 62 thông báo" in client.get("/notifications/?page=2").content.decode()
        page = client.get("/notifications/?kind=plans.call&unread=1&page=2")
        assert "Đánh dấu đã đọc 59 thông báo theo bộ lọc" in page.content.decode()
        hidden = dict(re.findall(r'type="hidden" name="(until|kind|unread)" value="([^"]*)"', page.content.decode()))
        assert client.post("/notifications/read/", hidden).status_code == 303
        assert set(Notification.objects.unread().values_list("kind", flat=True)) == {"plans.reminder"}
        assert not Notification.objects.filter(kind="plans.call").unread().exists()

    def test_something_is_silenced_and_heard_again(self, client: Client, user: User, campaign: Campaign) -> None:
        tell([message(user, campaign)])
        for what in ("plans.call", f"plans.campaign:{campaign.pk}"):
            assert client.post("/notifications/", {"what": what, "days": "7"}).status_code == 303
        page = client.get("/notifications/").content.decode()
        for silence in Silence.objects.all():
            assert f"/notifications/silences/{silence.pk}/end/" in page
            client.post(f"/notifications/silences/{silence.pk}/end/")
        assert not Silence.objects.exists()

    def test_what_cannot_be_silenced_comes_back(self, client: Client, campaign: Campaign) -> None:
        for values in ({"what": "plans.call", "days": "60"}, {"what": f"plans.campaign:{campaign.pk}", "days": "7"}):
            assert client.post("/notifications/", values).status_code == 422
        assert not Silence.objects.exists()
