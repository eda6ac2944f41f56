"""The reminders of the demonstration: sent by the clock on the days on which they fell due, and by hand today."""

import datetime as dt

from lantoa.demonstration.organisation import stable_id
from lantoa.demonstration.places import VISITED
from lantoa.demonstration.planning import at
from lantoa.kernel import clock
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.enums import UnitKind
from lantoa.plans.enums import Owed
from lantoa.plans.models import Campaign
from lantoa.plans.selectors.cascade import debts_of
from lantoa.plans.selectors.rules import frame_for
from lantoa.plans.services.deadlines import move_rule_deadline
from lantoa.plans.services.reminders import OFFSETS, remind_by_hand, send_due_reminders

MOVED_BY = dt.timedelta(days=9)


def remind(officer: Actor, campaign: Campaign) -> None:
    """What the late units were told, the deadline of the cells that was moved, and who was reminded this morning."""
    campaign.refresh_from_db()
    today = clock.today()
    rule = campaign.rules.get(unit_kind=UnitKind.COMMUNE_COMMITTEE, owed=Owed.PLAN)
    due = frame_for(campaign, [rule]).common_due(rule) or today
    turns = [due + dt.timedelta(days=offset) for offset in OFFSETS]
    for day in (*turns, today - dt.timedelta(days=1)):
        with clock.supposing(at(day, 7, 20)):
            send_due_reminders(actor=SYSTEM, day=day)
    with clock.supposing(at(today - dt.timedelta(days=1), 10)):
        move_rule_deadline(
            actor=officer,
            campaign=campaign,
            rule=campaign.rules.get(unit_kind=UnitKind.CELL, owed=Owed.STUDY),
            new=today + MOVED_BY,
            reason="Mưa kéo dài, đường vào các bản vùng cao bị chia cắt",
            client_id=stable_id("deadline of the cells"),
        )
    with clock.supposing(at(today, 0, 5)):
        send_due_reminders(actor=SYSTEM, day=today)
        late = debts_of(campaign).filter(next_due__lt=today).exclude(name=VISITED).order_by("sort_key")
        remind_by_hand(
            actor=officer,
            campaign=campaign,
            client_id=stable_id("reminded by hand"),
            unit_ids=list(late.values_list("unit_id", flat=True)[:3]),
        )
