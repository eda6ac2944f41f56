"""What organisations do by themselves."""

from django.urls import reverse

from lantoa.accounts.models import User
from lantoa.jobs.queue import app
from lantoa.jobs.work import carry_out
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.comparison_errors import RecordsChanged
from lantoa.organizations.errors import ProblemsRemain, RecordsNotKept
from lantoa.organizations.models import ImportBatch
from lantoa.organizations.services import comparing, imports
from lantoa.organizations.services.handovers import hand_over_due
from lantoa.organizations.services.units import refresh_today


@app.periodic(cron="1 * * * *")
@app.task(name="organizations.begin_day", queueing_lock="organizations.begin_day")
def begin_day(timestamp: int) -> int:
    """Bring today's columns of units up to the day that has begun, and hand over the open work of units that ended;
    every hour, since a worker may have slept through midnight. Returns how many units changed."""
    changed = refresh_today(actor=SYSTEM)
    hand_over_due(actor=SYSTEM)
    return changed


@app.task(name="organizations.apply_import")
def apply_import(batch_id: int, job_id: int, *, skip_problem_rows: bool) -> None:
    """Write a large import in the name of the user who asked for it, with the appointments that they hold by now.

    Where something is to be put right first, its page shows what.
    """
    batch = ImportBatch.objects.select_related("unit").get(pk=batch_id)

    def work(owner: User) -> None:
        actor = Actor.of(owner)
        try:
            imports.apply_import(actor=actor, batch=batch, skip_problem_rows=skip_problem_rows, job_id=job_id)
        except (ProblemsRemain, RecordsNotKept):
            imports.recheck_import(actor=actor, batch=batch, job_id=job_id)
            raise

    carry_out(job_id=job_id, work=work, page=reverse("organizations:import_detail", args=[batch_id]))


@app.task(name="organizations.take_differences")
def take_differences(batch_id: int, job_id: int) -> None:
    """Take a large list over in the name of the user who asked for it, with the appointments that they hold by now.

    Where records were changed meanwhile, its page shows how they differ now.
    """
    batch = ImportBatch.objects.select_related("unit").get(pk=batch_id)

    def work(owner: User) -> None:
        actor = Actor.of(owner)
        try:
            comparing.take_differences(actor=actor, batch=batch, job_id=job_id)
        except RecordsChanged:
            comparing.compare_anew(actor=actor, batch=batch, job_id=job_id)
            raise

    carry_out(job_id=job_id, work=work, page=reverse("organizations:import_detail", args=[batch_id]))
