"""Many sites at once: made in one step from the units under the host, and edited as a table."""

import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import UnitKind
from lantoa.organizations.errors import Stale
from lantoa.plans.models import CampaignUnit
from lantoa.study_sessions.errors import KindNotBelow, SiteGone, SiteNameTaken, SitesRefused
from lantoa.study_sessions.models import Site, SiteUnit, StudySession
from lantoa.study_sessions.selectors import campaign_units_under_host, cells_by_unit, cells_of_session
from lantoa.study_sessions.services.first_days import follow
from lantoa.study_sessions.services.guarding import permit_and_lock

NAME_LENGTH = 150
"""Of a unit's name, so that a number still fits behind it."""


@use_case
def add_sites_for_children(*, actor: Actor, session: StudySession) -> list[Site]:
    """A site for the host and each of its children with cells that go nowhere yet, with exactly those cells.

    The second time finds no free cell and adds nothing. A cell that came later goes to the site of its unit.
    Raises NotPermitted, SessionIsCancelled, CampaignNotRunning.
    """
    locked = permit_and_lock(actor=actor, session=session)
    host = locked.host_id
    made = _add_sites(locked, lambda unit: host in (unit.unit_id, unit.parent_id))
    _report(actor, locked, "study_sessions.add_sites_for_children", made)
    follow(locked)
    return made


@use_case
def add_sites_for_kinds(*, actor: Actor, session: StudySession, kinds: Collection[UnitKind]) -> list[Site]:
    """A site for each unit of these kinds under the host with cells that go nowhere yet, with exactly those cells.

    A cell goes to the nearest such unit above it, or to its own site where it is of such a kind itself; one without any
    stays free. The second time finds no free cell and adds nothing. A cell that came later goes to the site of its
    unit.
    Raises NotPermitted, SessionIsCancelled, CampaignNotRunning, KindNotBelow.
    """
    locked = permit_and_lock(actor=actor, session=session)
    if not campaign_units_under_host(locked).filter(kind__in=kinds).exists():
        raise KindNotBelow(field="kinds")
    made = _add_sites(locked, lambda unit: unit.kind in kinds)
    _report(actor, locked, "study_sessions.add_sites_for_kinds", made)
    follow(locked)
    return made


@dataclass(frozen=True)
class SiteChange:
    """One row of the table: the site as its reader saw it (`version`), and what it is to say now."""

    site_id: int
    version: int
    name: str
    address: str
    contact: str
    note: str

    def differs_from(self, site: Site) -> bool:
        """Whether it would change anything."""
        return self.texts != (site.name, site.address, site.contact, site.note)

    @property
    def texts(self) -> tuple[str, str, str, str]:
        """What it says, without blanks at the ends."""
        return self.name.strip(), self.address.strip(), self.contact.strip(), self.note.strip()


@use_case
def change_sites(*, actor: Actor, session: StudySession, changes: Sequence[SiteChange]) -> int:
    """Save a table of sites, whole or not at all; how many were changed. A row that changes nothing is left alone.

    Raises NotPermitted, SessionIsCancelled, CampaignNotRunning, SiteGone, and SitesRefused with the problem of each row
    (Stale, SiteNameTaken).
    """
    locked = permit_and_lock(actor=actor, session=session)
    wanted = {change.site_id: change for change in changes}
    rows = Site.objects.select_for_update(no_key=True).filter(session=locked, pk__in=wanted).order_by("pk")
    sites = {site.pk: site for site in rows}
    if sites.keys() != wanted.keys():
        raise SiteGone
    changed = [change for change in wanted.values() if change.differs_from(sites[change.site_id])]
    if problems := _problems(locked, sites, changed):
        raise SitesRefused(problems)
    _write(sites, changed)
    record(
        actor=actor,
        action="study_sessions.change_sites",
        about=locked,
        unit=locked.host,
        facts={"sites": len(changed)},
    )
    return len(changed)


def _problems(session: StudySession, sites: dict[int, Site], changed: Sequence[SiteChange]) -> dict[int, Refusal]:
    given = {change.site_id: change.texts[0] for change in changed}
    names = dict(session.sites.values_list("pk", "name")) | given
    holders: dict[str, set[int]] = {}
    for pk, name in names.items():
        holders.setdefault(name, set()).add(pk)
    problems: dict[int, Refusal] = {}
    for change in changed:
        if change.version != sites[change.site_id].version:
            problems[change.site_id] = Stale()
        elif len(holders[given[change.site_id]]) > 1:
            problems[change.site_id] = SiteNameTaken(field="name")
    return problems


def _write(sites: dict[int, Site], changed: Sequence[SiteChange]) -> None:
    """Names that change places are let go first: no two sites of a session may share one even for a moment."""
    held = {site.name for site in sites.values()}
    renamed = [sites[change.site_id] for change in changed if change.texts[0] != sites[change.site_id].name]
    if any(change.texts[0] in held for change in changed if sites[change.site_id] in renamed):
        for site in renamed:
            site.name = str(uuid.uuid4())
        Site.objects.bulk_update(renamed, ["name"])
    for change in changed:
        site = sites[change.site_id]
        site.name, site.address, site.contact, site.note = change.texts
        site.version += 1
    Site.objects.bulk_update(
        [sites[change.site_id] for change in changed], ["name", "address", "contact", "note", "version"]
    )


def _add_sites(session: StudySession, keeps: Callable[[CampaignUnit], bool]) -> list[Site]:
    units = [unit for unit in campaign_units_under_host(session).order_by("sort_key", "id") if keeps(unit)]
    free = [cell.unit for cell in cells_of_session(session) if cell.site_id is None]
    cells = cells_by_unit(free, units)
    at = {site.unit_id: site for site in session.sites.order_by("-id")}
    taken = set(session.sites.values_list("name", flat=True))
    new = [
        Site(session=session, unit_id=unit.unit_id, name=_free_name(unit.name, taken))
        for unit in units
        if unit.unit_id in cells and unit.unit_id not in at
    ]
    Site.objects.bulk_create(new)
    at |= {site.unit_id: site for site in new}
    SiteUnit.objects.bulk_create(
        SiteUnit(session=session, site=at[unit_id], unit_id=cell.unit_id)
        for unit_id, below in cells.items()
        for cell in below
    )
    return new


def _free_name(name: str, taken: set[str]) -> str:
    found, number = name[:NAME_LENGTH], 2
    while found in taken:
        found, number = f"{name[:NAME_LENGTH]} ({number})", number + 1
    taken.add(found)
    return found


def _report(actor: Actor, session: StudySession, action: str, made: Iterable[Site]) -> None:
    record(actor=actor, action=action, about=session, unit=session.host, facts={"sites": len(list(made))})
