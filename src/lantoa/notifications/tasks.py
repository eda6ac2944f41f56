"""What committed rows ask for, and what the clock does."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lantoa.accounts.mail import MailNotTaken
from lantoa.kernel import clock
from lantoa.notifications.mailing import deliver, post_weekly

RETRY = RetryStrategy(max_attempts=12, linear_wait=300, retry_exceptions=[MailNotTaken])
"""At once, then after five minutes, ten, a quarter of an hour …: five hours and a half in all."""


@app.task(name="notifications.send_mail", retry=RETRY)
def send_mail(mail_id: int) -> None:
    """Hand one mail over to the mail server."""
    deliver(mail_id=mail_id)


@app.periodic(cron="10 * * * *")
@app.task(name="notifications.post_weekly", queueing_lock="notifications.post_weekly")
def post_weekly_mails(timestamp: int) -> int:
    """Post the weekly mails; every hour, since a worker may have slept through Monday morning. Returns how many."""
    return post_weekly(now=clock.now())
