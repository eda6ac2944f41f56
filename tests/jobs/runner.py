"""Runs what was deferred, in this process and in this transaction."""

from procrastinate.contrib.django.models import ProcrastinateJob

from lantoa.jobs.queue import app


def deferred() -> list[tuple[str, dict[str, object]]]:
    """The tasks that wait, with their arguments."""
    return [(job.task_name, job.args) for job in ProcrastinateJob.objects.filter(status="todo").order_by("pk")]


def run_deferred() -> int:
    """Run each waiting task once, as a worker would; returns how many."""
    tasks = deferred()
    for name, arguments in tasks:
        app.tasks[name].func(**arguments)
    return len(tasks)
