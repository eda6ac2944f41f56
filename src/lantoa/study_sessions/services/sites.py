"""The sites of a session and the cells that go to each."""

from collections.abc import Iterable, Sequence

from django.db.models import ProtectedError

from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import Stale
from lantoa.organizations.models import Unit
from lantoa.study_sessions.errors import CellElsewhere, CellOutsideHost, SiteNameTaken, SiteOutsideHost, SiteUsed
from lantoa.study_sessions.models import Placement, Site, SiteUnit, StudySession
from lantoa.study_sessions.selectors import campaign_units_under_host, cells_of_session
from lantoa.study_sessions.services.first_days import follow
from lantoa.study_sessions.services.guarding import permit_and_lock, refuse_marked
from lantoa.study_sessions.signals import tell_placements_changed


@use_case
def add_site(
    *, actor: Actor, session: StudySession, unit: Unit, name: str, cells: Iterable[Unit], address: str = ""
) -> Site:
    """A site of the session, kept by `unit`, where the people of `cells` go. It places nobody yet.

    A site of the same name, unit and cells is the same request again and is given back.
    Raises NotPermitted, SessionIsCancelled, CampaignNotRunning, SiteOutsideHost, CellOutsideHost, CellElsewhere,
    SiteNameTaken.
    """
    locked = permit_and_lock(actor=actor, session=session)
    wanted = list(cells)
    if known := _same_site(locked, unit, name, wanted):
        return known
    _check_site(locked, unit, name, wanted, besides=None)
    site = Site.objects.create(session=locked, unit=unit, name=name.strip(), address=address.strip())
    SiteUnit.objects.bulk_create(SiteUnit(session=locked, site=site, unit=cell) for cell in wanted)
    record(actor=actor, action="study_sessions.add_site", about=site, unit=unit, facts={"cells": len(wanted)})
    follow(locked)
    return site


@use_case
def change_site(
    *, actor: Actor, site: Site, version: int, unit: Unit, name: str, cells: Iterable[Unit], address: str = ""
) -> Site:
    """Change a site. Whoever belongs to a cell that no longer goes there loses the place. A repeated submit that would
    change nothing gives the site as it is.

    Raises what `add_site` raises, and Stale, PlacesMarked.
    """
    session = permit_and_lock(actor=actor, session=site.session)
    locked = Site.objects.select_for_update().get(pk=site.pk)
    wanted = list(cells)
    same = (locked.unit_id, locked.name, locked.address) == (unit.pk, name.strip(), address.strip())
    if same and _goes_to(locked) == {cell.pk for cell in wanted}:
        return locked
    if locked.version != version:
        raise Stale
    _check_site(session, unit, name, wanted, besides=locked)
    _take_off(session, locked, keep={cell.pk for cell in wanted})
    present = _goes_to(locked)
    SiteUnit.objects.bulk_create(
        SiteUnit(session=session, site=locked, unit=cell) for cell in wanted if cell.pk not in present
    )
    locked.unit, locked.name, locked.address = unit, name.strip(), address.strip()
    locked.version += 1
    locked.save(update_fields=["unit", "name", "address", "version"])
    record(actor=actor, action="study_sessions.change_site", about=locked, unit=unit, facts={"cells": len(wanted)})
    follow(session)
    return locked


@use_case
def remove_site(*, actor: Actor, site: Site) -> None:
    """Remove a site and the places at it; nobody there may have a mark, and its roll may not have been begun.

    Raises NotPermitted, SessionIsCancelled, CampaignNotRunning, PlacesMarked, SiteUsed.
    """
    session = permit_and_lock(actor=actor, session=site.session)
    locked = Site.objects.select_for_update().get(pk=site.pk)
    entry_ids = list(locked.placements.values_list("entry_id", flat=True))
    refuse_marked(session, entry_ids)
    record(actor=actor, action="study_sessions.remove_site", about=locked, unit=locked.unit)
    locked.placements.all().delete()
    try:
        locked.delete()
    except ProtectedError as error:
        raise SiteUsed from error
    follow(session)
    tell_placements_changed(session, entry_ids)


def _same_site(session: StudySession, unit: Unit, name: str, cells: Sequence[Unit]) -> Site | None:
    site = session.sites.filter(name=name.strip(), unit=unit).first()
    return site if site is not None and _goes_to(site) == {cell.pk for cell in cells} else None


def _goes_to(site: Site) -> set[int]:
    return set(site.site_units.values_list("unit_id", flat=True))


def _check_site(session: StudySession, unit: Unit, name: str, cells: Sequence[Unit], *, besides: Site | None) -> None:
    if not campaign_units_under_host(session).filter(unit=unit).exists():
        raise SiteOutsideHost(field="unit")
    own = besides.pk if besides else None
    if any(site.pk != own for site in session.sites.filter(name=name.strip())):
        raise SiteNameTaken(field="name")
    at = {cell.unit.unit_id: cell.site_id for cell in cells_of_session(session)}
    if any(cell.pk not in at for cell in cells):
        raise CellOutsideHost(field="cells")
    elsewhere = [cell.label for cell in cells if at[cell.pk] not in (None, own)]
    if elsewhere:
        raise CellElsewhere(field="cells", cells=", ".join(elsewhere))


def _take_off(session: StudySession, site: Site, *, keep: set[int]) -> None:
    leaving = Placement.objects.filter(site=site).exclude(entry__unit_id__in=keep)
    leaving = leaving.filter(entry__unit_id__in=site.site_units.values("unit_id"))
    entry_ids = list(leaving.values_list("entry_id", flat=True))
    refuse_marked(session, entry_ids)
    Placement.objects.filter(site=site, entry_id__in=entry_ids).delete()
    site.site_units.exclude(unit_id__in=keep).delete()
    tell_placements_changed(session, entry_ids)
