"""Telling users something, once for each occasion: the rows and the mails are made in the transaction of the cause."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from procrastinate.contrib.django import app

from lantoa.accounts.mail import can_send
from lantoa.accounts.models import User
from lantoa.kernel import clock
from lantoa.notifications.models import Mail, Notification, Silence

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one user is told. A second message of the same `occasion` to the same receiver makes nothing."""

    receiver_id: int
    kind: str
    occasion: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    link: str = ""
    about_type: str = ""
    about_id: int | None = None

    @property
    def about(self) -> tuple[str, int | None]:
        """The type and the number of what it is about."""
        return self.about_type, self.about_id


def tell(messages: Sequence[Message]) -> list[Notification]:
    """Put the messages into the inboxes, and one mail for each receiver who has an address into the post.

    For a use case: call it in the transaction of the cause. The unique row of (receiver, occasion) decides who is told,
    whoever else tells the same at the same moment. Returns what was told for the first time; as many queries for many
    as for one, batches of 500 apart.
    """
    if not messages:
        return []
    silenced = _silenced({message.receiver_id for message in messages})
    now = clock.now()
    made = [
        Notification(
            receiver_id=message.receiver_id,
            kind=message.kind,
            occasion=message.occasion,
            parameters=dict(message.parameters),
            link=message.link,
            about_type=message.about_type,
            about_id=message.about_id,
            quiet=bool(silenced[message.receiver_id] & {message.kind, message.about}),
            made_at=now,
        )
        for message in messages
    ]
    Notification.objects.bulk_create(made, batch_size=BATCH, ignore_conflicts=True)
    own = [notification.client_id for notification in made]
    fresh = list(Notification.objects.filter(client_id__in=own).order_by("pk"))
    _post([notification for notification in fresh if not notification.quiet])
    return fresh


def send_later(mails: Collection[Mail]) -> None:
    """Enqueue the hand-over of committed mails, a batch by one statement; each has a lock of its own."""
    job = app.configure_task("notifications.send_mail", allow_unknown=False).job
    jobs = [job.evolve(lock=f"notifications.mail.{mail.pk}", task_kwargs={"mail_id": mail.pk}) for mail in mails]
    for start in range(0, len(jobs), BATCH):
        app.job_manager.batch_defer_jobs(jobs[start : start + BATCH])


def _silenced(receivers: Collection[int]) -> "defaultdict[int, set[str | tuple[str, int | None]]]":
    """What each receiver silenced today: kinds by their key, other things by type and number."""
    found: defaultdict[int, set[str | tuple[str, int | None]]] = defaultdict(set)
    for silence in Silence.objects.in_force_on(clock.today()).filter(user__in=receivers):
        found[silence.user_id].add(silence.kind or silence.about)
    return found


def _post(told: Sequence[Notification]) -> None:
    """One mail for each receiver with an address, where the installation has a mail server."""
    if not told or not can_send():
        return
    addressed = User.objects.filter(pk__in={one.receiver_id for one in told}, is_active=True).exclude(email="")
    mails = {pk: Mail(receiver_id=pk) for pk in addressed.values_list("pk", flat=True)}
    Mail.objects.bulk_create(mails.values(), batch_size=BATCH)
    carried = [one for one in told if one.receiver_id in mails]
    for one in carried:
        one.mail = mails[one.receiver_id]
    Notification.objects.bulk_update(carried, ["mail"], batch_size=BATCH)
    send_later(mails.values())
