"""What committed rows ask for in the background."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lantoa.accounts.mail import MailNotTaken
from lantoa.accounts.services_invitations import deliver

RETRY = RetryStrategy(max_attempts=12, linear_wait=300, retry_exceptions=[MailNotTaken])
"""At once, then after five minutes, ten, a quarter of an hour …: five hours and a half in all."""


@app.task(name="accounts.send_invitation", retry=RETRY)
def send_invitation(invitation_id: int, site: str) -> None:
    """Hand one invitation over to the mail server."""
    deliver(invitation_id=invitation_id, site=site)
