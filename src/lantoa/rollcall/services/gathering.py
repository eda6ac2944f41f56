"""Bringing together what the threads of a server process have to record at the same moment.

Whoever comes while a transaction runs waits for its end, and then one of those who waited records for all of them: the
busier the server, the more batches a transaction holds, and the less each of them costs.
"""

import threading
import uuid
from collections import deque
from collections.abc import Sequence

from django.db import Error

from lantoa.organizations.actors import Actor
from lantoa.rollcall.models import Phone
from lantoa.rollcall.services.batches import record_batch
from lantoa.rollcall.services.judging import Contents
from lantoa.rollcall.services.together import Delivery, NotTogether, record_together
from lantoa.rollcall.wire import Batch, Receipt

MOST = 400
"""With so many events a transaction takes no further batch."""


class _Ticket:
    """A batch that waits for its turn. When it is `done` without receipts it is to be recorded alone."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self.done = False
        self.receipts: list[Receipt] | None = None


class _Desk:
    """Where the threads of a process hand in their batches."""

    def __init__(self) -> None:
        self._waiting = deque[_Ticket]()
        self._turn = threading.Lock()

    def __len__(self) -> int:
        """How many batches wait for their turn."""
        return len(self._waiting)

    def hand_in(self, delivery: Delivery) -> list[Receipt] | None:
        """The receipts of the batch; None where it is to be recorded alone."""
        ticket = _Ticket(delivery)
        self._waiting.append(ticket)
        while not ticket.done:
            with self._turn:
                if not ticket.done:
                    _record(self._next())
        return ticket.receipts

    def _next(self) -> list[_Ticket]:
        """Those who wait longest, up to a transaction of bounded size: of each phone, and with each event, one."""
        taken, left = list[_Ticket](), list[_Ticket]()
        phones, events = set[int](), set[uuid.UUID]()
        while self._waiting and len(events) < MOST:
            ticket = self._waiting.popleft()
            _actor, phone, batch, _contents = ticket.delivery
            brought = {event.event_id for event in batch.events}
            if phone.pk in phones or not events.isdisjoint(brought):
                left.append(ticket)
                continue
            taken.append(ticket)
            phones.add(phone.pk)
            events |= brought
        self._waiting.extendleft(reversed(left))
        return taken


def _record(tickets: Sequence[_Ticket]) -> None:
    try:
        found = record_together([ticket.delivery for ticket in tickets])
        for ticket, receipts in zip(tickets, found, strict=True):
            ticket.receipts = receipts
    except (NotTogether, Error):
        pass
    finally:
        for ticket in tickets:
            ticket.done = True


DESK = _Desk()


def hand_in(*, actor: Actor, phone: Phone, batch: Batch) -> list[Receipt]:
    """What `record_batch` does, by the same rules and with the same refusals, but together with what others hand in at
    the same moment where nothing about it is out of the way."""
    if batch.events and not batch.closings:
        receipts = DESK.hand_in(Delivery(actor, phone, batch, Contents.of(batch)))
        if receipts is not None:
            return receipts
    return record_batch(actor=actor, phone=phone, batch=batch)
