"""Many of everything under one unit, so that a page that asks once for each row is found out."""

import uuid

from lantoa.attendance.enums import Group, MarkMethod, MarkStatus, Rank
from lantoa.attendance.models import Attendance, AttendanceEvent, Coverage, Device
from lantoa.directives.models import Directive
from lantoa.materials.models import LinkUse, Material, MaterialVersion, Publication, ShareLink
from lantoa.organizations.enums import Role
from lantoa.plans.models import CampaignUnit, Plan, SummonsEntry, Target, Task
from lantoa.study_sessions.models import Placement, Site, SiteUnit
from tests.organizations.factories import make_person, make_unit, make_user
from tests.permissions.world import Place


def crowd(place: Place, cells: int = 5) -> None:
    """Add that many cells under the place's unit, each with people, a plan, a site, marks and coverage."""
    for number in range(cells):
        _add_cell(place, number)
        _add_material(place, number)
        for kind in (Target, Task):
            _add_item(kind, place.objects["plan"], number)


def _add_item(kind: type[Target] | type[Task], plan: Plan, number: int) -> None:
    if kind is Target:
        Target.objects.create(plan=plan, indicator=f"Chỉ tiêu {number}", number=number, measure="buổi")
    else:
        Task.objects.create(plan=plan, title=f"Nhiệm vụ {number}")


def _add_material(place: Place, number: int) -> None:
    """A further material for the same directive, and a further version, link and line of the first one."""
    first, user = place.objects["material"], place.objects["waiting_version"].written_by
    other = Material.objects.create(
        client_id=uuid.uuid4(),
        owner=place.unit,
        kind="outline",
        title=f"Đề cương {number}",
        audience="people",
        language="hmong",
        place=place.unit,
        used_since=first.used_since,
    )
    other.directives.add(place.objects["directive"])
    first.directives.add(
        Directive.objects.create(
            client_id=uuid.uuid4(),
            registered_by=place.unit,
            kind="resolution",
            number=f"{number}-NQ/HU",
            body="Huyện ủy",
            issued_on=first.used_since,
            directive_class="general",
            study_mode="study",
            title="Nghị quyết khác",
        )
    )
    for material, state in ((other, "in_use"), (first, "returned")):
        MaterialVersion.objects.create(
            client_id=uuid.uuid4(),
            material=material,
            number=number + 3,
            state=state,
            file=place.objects["file"],
            light_file=place.objects["file"],
            written_by=user,
            reviewed_by=user,
        )
    link = ShareLink.objects.create(
        client_id=uuid.uuid4(),
        material=first,
        digest=uuid.uuid4().hex,
        ends_on=place.objects["share_link"].ends_on,
        made_by=user,
    )
    LinkUse.objects.create(link=link, day=first.used_since, opened=number)
    Publication.objects.create(
        client_id=uuid.uuid4(),
        material=first,
        unit=place.unit,
        channel="facebook",
        published_on=first.used_since,
        address=f"Trang {number}",
        recorded_by=user,
    )


def _add_cell(place: Place, number: int) -> None:
    objects = place.objects
    campaign, session = objects["campaign"], objects["session"]
    cell = make_unit(f"Chi bộ bản {number}", parent=place.unit)
    user = make_user(Role.SECRETARY, cell)
    CampaignUnit.objects.create(
        campaign=campaign,
        unit=cell,
        parent=place.unit,
        path=cell.path,
        name=cell.name,
        kind=cell.kind,
        sort_key=cell.sort_key,
    )
    plan = Plan.objects.create(campaign=campaign, unit=cell, title=f"Kế hoạch {number}", parent=objects["plan"])
    _add_item(Target, plan, number)
    site = Site.objects.create(session=session, unit=cell, name=f"Điểm cầu {number}")
    SiteUnit.objects.create(session=session, site=site, unit=cell)
    device = Device.objects.create(kind="web", unit=cell, user=user)
    for seq, seat in enumerate((site, objects["site"]), start=1):
        entry = SummonsEntry.objects.create(
            summons=objects["summons"],
            campaign=campaign,
            person=make_person(unit=cell if seq == 1 else place.unit),
            unit=cell if seq == 1 else place.unit,
            standing="full",
            reason="member",
        )
        Placement.objects.create(entry=entry, session=session, site=seat)
        event = AttendanceEvent.objects.create(
            event_id=uuid.uuid4(),
            device=device,
            seq=seq,
            session=session,
            site=seat,
            entry=entry,
            status=MarkStatus.PRESENT,
            method=MarkMethod.TICK,
            rank=Rank.CLERK,
            recorder=user,
            wall_time=session.starts_at,
            payload_sha256="0" * 64,
        )
        Attendance.objects.create(session=session, entry=entry, status=MarkStatus.PRESENT, event=event)
    for group in Group:
        Coverage.objects.create(
            campaign=campaign,
            unit=cell,
            parent=place.unit,
            group=group,
            path=cell.path,
            summoned=1,
            present=1,
            cells_total=1,
            cells_reported=1,
            reported_denominator=1,
            reported_attended=1,
        )
