"""What the clock does with plans."""

from procrastinate.contrib.django import app

from lantoa.kernel import clock
from lantoa.organizations.actors import SYSTEM
from lantoa.plans.services.workflow import start_due_plans


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="plans.start_due_plans", pass_context=False)
def start_plans_that_are_due(timestamp: int) -> int:
    """Start the issued plans whose first date has come; a run too many does nothing. Returns how many began."""
    return start_due_plans(actor=SYSTEM, day=clock.today())
