"""Units, a campaign and a letter, for the tests of sessions and sites."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Unit
from lantoa.plans.models import Campaign, Summons, SummonsEntry
from lantoa.study_sessions.signals import placements_changed
from tests.organizations.factories import make_actor, make_person, make_unit
from tests.plans.factories import make_campaign, make_entry, make_summons


@dataclass
class World:
    """A district with two communes; the first has two cells, the second is itself a cell."""

    district: Unit
    commune: Unit
    cells: list[Unit]
    alone: Unit
    campaign: Campaign
    summons: Summons
    officer: Actor

    def entry(self, unit: Unit, **fields: Any) -> SummonsEntry:
        return make_entry(self.summons, make_person(unit=unit), unit=unit, **fields)


def make_world() -> World:
    """The world, its campaign running and its letter without people."""
    district = make_unit("Huyện", kind=UnitKind.DISTRICT_COMMITTEE)
    commune = make_unit("Xã A", parent=district, kind=UnitKind.GRASSROOTS_COMMITTEE)
    cells = [make_unit("Chi bộ 1", parent=commune), make_unit("Chi bộ 2", parent=commune)]
    alone = make_unit("Chi bộ cơ sở", parent=district, kind=UnitKind.GRASSROOTS_CELL)
    campaign = make_campaign(district)
    return World(
        district,
        commune,
        cells,
        alone,
        campaign,
        make_summons(campaign, district),
        make_actor(Role.OFFICER, district),
    )


class Heard:
    """What the signal told."""

    def __init__(self) -> None:
        self.entry_ids: list[int] = []

    def __call__(self, *, entry_ids: list[int], **_: Any) -> None:
        self.entry_ids += entry_ids


@contextmanager
def listening() -> Iterator[Heard]:
    """Hears of the places that change."""
    receiver = Heard()
    placements_changed.connect(receiver)
    try:
        yield receiver
    finally:
        placements_changed.disconnect(receiver)
