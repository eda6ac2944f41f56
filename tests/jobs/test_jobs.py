"""Long work: asked for, watched, stopped, by its owner and by nobody else."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from procrastinate.exceptions import TaskNotFound

from lantoa.accounts.models import User
from lantoa.jobs import queue, services
from lantoa.jobs.enums import JobState
from lantoa.jobs.errors import JobCancelled, NobodySignedIn, NotTheOwner
from lantoa.jobs.models import Job
from lantoa.jobs.progress import Progress
from lantoa.jobs.work import carry_out
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.errors import NotPermitted
from tests.jobs.runner import deferred
from tests.organizations.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return make_user()


@pytest.fixture
def job(owner: User) -> Job:
    return services.start_job(actor=Actor.of(owner), title="Nhập danh sách", total=10)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_system_itself_asks_for_no_job() -> None:
    with pytest.raises(NobodySignedIn):
        services.start_job(actor=SYSTEM, title="Nhập danh sách")


def test_the_owner_watches_it_and_htmx_gets_only_what_changes(owner: User, job: Job) -> None:
    client = client_of(owner)
    url = reverse("jobs:job_detail", args=[job.pk])
    page = client.get(url).content.decode()
    assert "every 1s" in page
    assert "<html" in page
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'id="job"' in part


def test_a_running_job_shows_its_figures_and_an_ended_one_its_result(owner: User, job: Job) -> None:
    client = client_of(owner)
    url = reverse("jobs:job_detail", args=[job.pk])
    assert services.begin_job(job_id=job.pk)
    Job.objects.filter(pk=job.pk).update(done=4)
    assert 'value="4"' in client.get(url).content.decode()
    services.finish_job(job_id=job.pk, result_url="/ket-qua/", message="Xong 10 dòng.")
    page = client.get(url).content.decode()
    assert "/ket-qua/" in page
    assert "Xong 10 dòng." in page
    assert "every 1s" not in page


def test_to_everybody_else_the_job_does_not_exist(job: Job) -> None:
    client = client_of(make_user())
    assert client.get(reverse("jobs:job_detail", args=[job.pk])).status_code == 404
    assert client.post(reverse("jobs:job_cancel", args=[job.pk])).status_code == 404
    with pytest.raises(NotTheOwner):
        services.cancel_job(actor=Actor.of(make_user()), job=job)


def test_a_waiting_job_is_cancelled_at_once_and_never_begins(owner: User, job: Job) -> None:
    client = client_of(owner)
    assert client.get(reverse("jobs:job_cancel", args=[job.pk])).status_code == 405
    assert client.post(reverse("jobs:job_cancel", args=[job.pk])).status_code == 303
    assert client.post(reverse("jobs:job_cancel", args=[job.pk])).status_code == 303
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert not services.begin_job(job_id=job.pk)


def test_a_running_job_is_asked_to_stop(owner: User, job: Job) -> None:
    services.begin_job(job_id=job.pk)
    asked = services.cancel_job(actor=Actor.of(owner), job=job)
    assert (asked.state, asked.cancel_requested) == (JobState.RUNNING, True)
    page = client_of(owner).get(reverse("jobs:job_detail", args=[job.pk])).content.decode()
    assert reverse("jobs:job_cancel", args=[job.pk]) not in page
    assert not services.begin_job(job_id=job.pk)


def test_a_job_left_by_a_dead_worker_begins_again(job: Job) -> None:
    services.begin_job(job_id=job.pk)
    Job.objects.filter(pk=job.pk).update(done=4)
    assert services.begin_job(job_id=job.pk)
    job.refresh_from_db()
    assert job.done == 0


def test_work_ends_as_done_failed_or_cancelled(owner: User) -> None:
    def job_after(error: Exception | None) -> Job:
        job = services.start_job(actor=Actor.of(owner), title="Nhập danh sách")

        def work(user: User) -> None:
            assert user == owner
            if error:
                raise error
            services.finish_job(job_id=job.pk)

        carry_out(job_id=job.pk, work=work, page="/trang/")
        job.refresh_from_db()
        return job

    assert job_after(None).state == JobState.DONE
    assert job_after(JobCancelled()).state == JobState.CANCELLED
    refused = job_after(NotPermitted())
    assert (refused.state, refused.result_url) == (JobState.FAILED, "/trang/")
    assert refused.message == str(NotPermitted())
    with pytest.raises(ZeroDivisionError):
        job_after(ZeroDivisionError())
    assert Job.objects.latest("pk").state == JobState.FAILED


def test_work_that_has_ended_is_not_carried_out_again(job: Job) -> None:
    services.finish_job(job_id=job.pk)
    carry_out(job_id=job.pk, work=lambda _: pytest.fail("carried out twice"), page="/")


def test_a_job_is_seen_by_its_owner_alone(owner: User, job: Job) -> None:
    services.start_job(actor=Actor.of(make_user()), title="Việc khác")
    assert list(Job.objects.visible_to(Actor.of(owner))) == [job]


def test_progress_without_a_job_writes_nothing() -> None:
    with Progress(None) as progress:
        progress.advance(1, 2)


def test_a_task_that_nobody_wrote_cannot_be_deferred() -> None:
    with pytest.raises(TaskNotFound):
        queue.defer("organizations.unheard_of")


def test_a_rolled_back_transaction_leaves_no_task() -> None:
    with transaction.atomic():
        queue.defer("organizations.apply_import", batch_id=1, job_id=1, skip_problem_rows=False)
        assert deferred()
        transaction.set_rollback(rollback=True)
    assert deferred() == []
