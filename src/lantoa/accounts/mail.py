"""Handing mails over to the mail server that the installation names."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

from lantoa.accounts.enums import MailFailure


class MailNotTaken(Exception):
    """The mail server did not take a mail; the queue tries again. It carries the reason, and no address."""


def can_send() -> bool:
    """Whether the installation has a mail server."""
    return bool(settings.EMAIL_HOST)


def hand_over(*, to: str, subject: str, text: str, message_id: str) -> MailFailure | None:
    """Hand one mail over; why it was not taken, or None. `message_id` lets a mailbox know a repeat as one."""
    if not can_send():
        return MailFailure.NO_SERVER
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    try:
        EmailMessage(subject, text, to=[to], headers=headers).send()
    except smtplib.SMTPRecipientsRefused as refused:
        final = all(code >= 500 for code, _answer in refused.recipients.values())
        return MailFailure.NO_SUCH_ADDRESS if final else MailFailure.NOT_TAKEN
    except (smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError):
        return MailFailure.NOT_TAKEN
    except OSError:
        return MailFailure.UNREACHABLE
    return None
