"""What the clock does with plans."""

from django.utils import timezone
from procrastinate.contrib.django import app

from lantoa.kernel import clock
from lantoa.organizations.actors import SYSTEM
from lantoa.plans.services.opening import open_due_campaigns
from lantoa.plans.services.reminders import send_due_reminders
from lantoa.plans.services.workflow import start_due_plans

FIRST_HOUR = 7
"""Nobody is reminded at night."""


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="plans.start_due_plans", pass_context=False)
def start_plans_that_are_due(timestamp: int) -> int:
    """Start the issued plans whose first date has come; a run too many does nothing. Returns how many began."""
    return start_due_plans(actor=SYSTEM, day=clock.today())


@app.periodic(cron="5 * * * *")
@app.task(queueing_lock="plans.open_campaigns", pass_context=False)
def open_campaigns_that_are_due(timestamp: int) -> int:
    """Open to all units the campaigns whose day has come; a run too many does nothing. Returns how many."""
    return open_due_campaigns(actor=SYSTEM, day=clock.today())


@app.periodic(cron="20 * * * *")
@app.task(name="plans.send_reminders", queueing_lock="plans.send_reminders")
def send_reminders(timestamp: int) -> int:
    """Send the reminders of today's turn, from seven in the morning on; every hour, since a worker may have slept or
    been killed. Returns how many."""
    now = timezone.localtime(clock.now())
    return send_due_reminders(actor=SYSTEM, day=now.date()) if now.hour >= FIRST_HOUR else 0
