"""Reminders when two workers send them, and when one is killed in the middle: none is lost, none is sent twice."""

import datetime as dt
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from lantoa.accounts.models import User
from lantoa.jobs.queue import defer
from lantoa.kernel import clock
from lantoa.notifications.models import Mail, Notification
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Unit
from lantoa.plans.enums import Deadline
from lantoa.plans.models import Campaign, Reminder
from lantoa.plans.services.reminders import send_due_reminders
from tests.accounts.mailserver import MailServer, serving
from tests.organizations.factories import make_unit, make_user
from tests.plans.factories import make_campaign, make_plan
from tests.plans.racing import run_at_once, wait_for_a_waiter

pytestmark = pytest.mark.django_db(transaction=True)
WORKER = """
import datetime as dt, sys
from lantoa.config.cli import main
from lantoa.kernel import clock
with clock.supposing(dt.datetime.fromisoformat(sys.argv[1])):
    sys.exit(main(["worker", "--once", "--concurrency", "1"]))
"""


@pytest.fixture
def campaigns() -> list[Campaign]:
    """Two campaigns over the same three units, whose plans are due today, with two people each to be reminded."""
    district = make_unit("Đảng bộ huyện Phong Thổ", kind=UnitKind.DISTRICT_COMMITTEE)
    units = [make_unit(kind=UnitKind.GRASSROOTS_COMMITTEE, parent=district) for _ in range(3)]
    for unit in units:
        for role in (Role.OFFICER, Role.SECRETARY):
            make_user(role, unit)
    for user in User.objects.all():
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.vn")
    made = [make_campaign(district), make_campaign(district)]
    for campaign in made:
        for unit in units:
            make_plan(campaign, unit, due_on=clock.today())
    return made


def told() -> Counter[tuple[int, int | None]]:
    """How often each receiver was told about each campaign."""
    return Counter(Notification.objects.values_list("receiver_id", "about_id"))


def everybody(campaigns: list[Campaign]) -> Counter[tuple[int, int | None]]:
    """Each officer and secretary of a unit below, once for each campaign."""
    people = User.objects.filter(person__appointments__unit__parent__isnull=False)
    return Counter((user.pk, campaign.pk) for user in people for campaign in campaigns)


@contextmanager
def worker(server: MailServer) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker of the installation in a process of its own, at nine in the morning of today, on the tests' database."""
    morning = dt.datetime.combine(clock.today(), dt.time(9), tzinfo=dt.timezone(dt.timedelta(hours=7)))
    found = connection.settings_dict
    address = f"postgresql://{found['USER']}@/{found['NAME']}?host={found['HOST']}"
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "LANTOA_MAIL_URL": f"smtp://127.0.0.1:{server.server_address[1]}",
    }
    process = subprocess.Popen([sys.executable, "-c", WORKER, morning.isoformat()], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def let_heartbeats_stop() -> None:
    """As it is a minute after a worker died."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")


def test_a_worker_killed_in_the_middle_loses_nothing_and_the_next_one_repeats_nothing(
    campaigns: list[Campaign],
) -> None:
    defer("plans.send_reminders", timestamp=0)
    last = Unit.objects.filter(parent__isnull=False).order_by("-pk")[:1].get()
    in_the_way = Reminder(
        campaign=campaigns[1], unit=last, deadline=Deadline.PLAN, due_on=clock.today(), offset=0, sent_on=clock.today()
    )
    with serving() as server:
        with psycopg.connect(**connection.get_connection_params()) as other:
            other.execute(
                "INSERT INTO plans_reminder (key, campaign_id, unit_id, deadline, due_on, \"offset\", sent_on)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [
                    in_the_way.key, in_the_way.campaign_id, in_the_way.unit_id, in_the_way.deadline,
                    in_the_way.due_on, in_the_way.offset, in_the_way.sent_on,
                ],
            )  # fmt: skip
            with worker(server) as first:
                wait_for_a_waiter()
                first.kill()
                first.wait()
            other.rollback()
        half = {campaign for _receiver, campaign in told()}
        assert half == {campaigns[0].pk}, "the first campaign was done, the second one was not"
        let_heartbeats_stop()
        with suppress(AlreadyEnqueued):  # the first worker, whose clock strikes every five minutes, may have done it
            defer("jobs.retry_stalled", timestamp=0)
        with worker(server) as second:
            assert second.wait(timeout=60) == 0
        addressed = Counter(line for text in server.taken for line in text.splitlines() if line.startswith("To: "))
    assert told() == everybody(campaigns)
    assert Reminder.objects.count() == 6
    assert set(addressed.values()) == {2}, "one mail for each campaign"
    assert Mail.objects.filter(delivered_at=None).count() == 0
    left = ProcrastinateJob.objects.exclude(status="cancelled").exclude(
        task_name="lantoa.attendance.tasks.fold_coverage"
    )
    assert list(left.values_list("task_name", "status")) == [], "but for what the clock strikes each second"


def test_two_workers_at_once_send_each_reminder_once(campaigns: list[Campaign]) -> None:
    today = clock.today()
    assert run_at_once(lambda: send_due_reminders(day=today), lambda: send_due_reminders(day=today)) == [None, None]
    assert told() == everybody(campaigns)
