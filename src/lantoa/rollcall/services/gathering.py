"""Bringing together what the threads of a server process have to record at the same moment.

Whoever comes while a transaction runs waits for its end, and then the first of those who waited records for all of
them: the busier the server, the more batches a transaction holds, and the less each of them costs.
"""

import logging
import threading
import uuid
from collections.abc import Callable, Sequence

from django.db import OperationalError
from psycopg.errors import LockNotAvailable

from lantoa.organizations.actors import Actor
from lantoa.rollcall.models import Phone
from lantoa.rollcall.services.batches import record_batch
from lantoa.rollcall.services.judging import Contents
from lantoa.rollcall.services.together import Delivery, NotTogether, record_together
from lantoa.rollcall.wire import Batch, Receipt

MOST = 400
"""With so many events a transaction takes no further batch."""
logger = logging.getLogger(__name__)
Records = Callable[[Sequence[Delivery]], list[list[Receipt] | None]]
"""What `record_together` does."""


class _Ticket:
    """A batch that waits. It is `called` when it is `done`, or else when it is to lead; done without receipts, it is to
    be recorded alone."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self.called = threading.Event()
        self.done = False
        self.receipts: list[Receipt] | None = None


class Desk:
    """Where the threads of a process hand in their batches. One of them leads: it records its own and those of whoever
    waits, and calls the first who came meanwhile to lead after it."""

    def __init__(self, record: Records) -> None:
        self._record = record
        self._waiting = list[_Ticket]()
        self._is_led = False
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many batches wait to be taken."""
        return len(self._waiting)

    def hand_in(self, delivery: Delivery) -> list[Receipt] | None:
        """The receipts of the batch; None where it is to be recorded alone."""
        ticket = _Ticket(delivery)
        with self._lock:
            self._waiting.append(ticket)
            leads, self._is_led = not self._is_led, True
        if not leads:
            ticket.called.wait()
        if not ticket.done:
            self._lead()
        return ticket.receipts

    def _lead(self) -> None:
        taken = list[_Ticket]()
        try:
            with self._lock:
                taken = _first(self._waiting)
                self._waiting = [ticket for ticket in self._waiting if ticket not in taken]
            self._answer(taken)
        finally:
            with self._lock:
                self._is_led = bool(self._waiting)
                for ticket in self._waiting[:1]:
                    ticket.called.set()
            for ticket in taken:
                ticket.done = True
                ticket.called.set()

    def _answer(self, tickets: Sequence[_Ticket]) -> None:
        """Whatever comes in between, each batch is then recorded alone, and fails alone if it is to fail."""
        try:
            found = self._record([ticket.delivery for ticket in tickets])
        except NotTogether:
            return
        except Exception as error:
            if not (isinstance(error, OperationalError) and isinstance(error.__cause__, LockNotAvailable)):
                logger.warning("%s batches could not be recorded together", len(tickets), exc_info=True)
            return
        for ticket, receipts in zip(tickets, found, strict=True):
            ticket.receipts = receipts


def _first(waiting: Sequence[_Ticket]) -> list[_Ticket]:
    """Those who wait longest, up to a transaction of bounded size: of each phone, and with each event, one."""
    taken, phones, events = list[_Ticket](), set[int](), set[uuid.UUID]()
    for ticket in waiting:
        phone, batch = ticket.delivery.phone, ticket.delivery.batch
        brought = {event.event_id for event in batch.events}
        if phone.pk not in phones and events.isdisjoint(brought):
            taken.append(ticket)
            phones.add(phone.pk)
            events |= brought
        if len(events) >= MOST:
            break
    return taken


DESK = Desk(record_together)


def hand_in(*, actor: Actor, phone: Phone, batch: Batch) -> list[Receipt]:
    """What `record_batch` does, by the same rules and with the same refusals, but together with what others hand in at
    the same moment where nothing about it is out of the way."""
    if batch.events and not batch.closings:
        receipts = DESK.hand_in(Delivery(actor, phone, batch, Contents.of(batch)))
        if receipts is not None:
            return receipts
    return record_batch(actor=actor, phone=phone, batch=batch)
