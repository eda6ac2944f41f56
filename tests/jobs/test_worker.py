"""With a real worker on committed rows."""

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app as shared
from procrastinate.contrib.django.db_cleanup import DjangoApp
from procrastinate.contrib.django.models import ProcrastinateJob

from lantoa.jobs import services
from lantoa.jobs.errors import JobCancelled
from lantoa.jobs.models import Job
from lantoa.jobs.progress import Progress
from lantoa.jobs.tasks import retry_stalled
from lantoa.organizations.actors import Actor
from tests.organizations.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def work_through(app: DjangoApp) -> None:
    worker = app.with_connector(shared.connector.get_worker_connector())  # type: ignore[attr-defined]
    worker.run_worker(wait=False, listen_notify=False, install_signal_handlers=False)


def test_a_worker_runs_what_was_committed_and_nothing_that_was_rolled_back() -> None:
    ran: list[str] = []
    own = DjangoApp(connector=shared.connector)

    @own.task(name="tests.note")
    def note(text: str) -> None:
        ran.append(text)

    with transaction.atomic():
        note.defer(text="kept")
    with transaction.atomic():
        note.defer(text="lost")
        transaction.set_rollback(rollback=True)
    work_through(own)
    assert ran == ["kept"]
    assert list(ProcrastinateJob.objects.values_list("status", flat=True)) == ["succeeded"]


def test_progress_is_seen_before_the_work_commits_and_its_owner_can_stop_it() -> None:
    actor = Actor.of(make_user())
    job = services.start_job(actor=actor, title="Nhập danh sách")
    services.begin_job(job_id=job.pk)
    with transaction.atomic(), Progress(job.pk, every=0) as progress:
        progress.advance(3, 10)
        assert Job.objects.filter(pk=job.pk, done=3, total=10).exists()
    with Progress(job.pk) as progress:
        progress.advance(4)
        progress.advance(5)
    job.refresh_from_db()
    assert job.done == 4
    services.cancel_job(actor=actor, job=job)
    with pytest.raises(JobCancelled), Progress(job.pk, every=0) as progress:
        progress.advance(6)


def test_what_a_dead_worker_left_is_taken_up_again() -> None:
    ran: list[str] = []
    own = DjangoApp(connector=shared.connector)

    @own.task(name="tests.note")
    def note(text: str) -> None:
        ran.append(text)

    own.task(name="jobs.retry_stalled", pass_context=True)(retry_stalled.func)
    number = note.defer(text="kept")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [number])
    own.configure_task("jobs.retry_stalled").defer(timestamp=0)
    work_through(own)
    assert ran == ["kept"]


def test_what_a_dead_worker_left_ends_where_the_clock_has_brought_the_same_again() -> None:
    ran: list[int] = []
    own = DjangoApp(connector=shared.connector)

    @own.task(name="tests.strike", queueing_lock="tests.strike")
    def strike(timestamp: int) -> None:
        ran.append(timestamp)

    @own.task(name="tests.note")
    def note(timestamp: int) -> None:
        ran.append(timestamp)

    own.task(name="jobs.retry_stalled", pass_context=True)(retry_stalled.func)
    left = [strike.defer(timestamp=1)]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", left)
    own.configure_task("jobs.retry_stalled").defer(timestamp=0)
    strike.defer(timestamp=2)
    left.append(note.defer(timestamp=3))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", left[1:])
    work_through(own)
    assert sorted(ran) == [2, 3]
    assert not ProcrastinateJob.objects.exclude(status="succeeded").exists()


def test_stalled_jobs_are_looked_for_every_few_minutes() -> None:
    assert retry_stalled.name == "jobs.retry_stalled"
    assert "jobs.retry_stalled" in {task.task.name for task in shared.periodic_registry.periodic_tasks.values()}
