"""A small world with one of everything at each place: the unit of the appointment, its child, below that, beside."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from lantoa.accounts.models import User
from lantoa.attendance.enums import Group, MarkMethod, MarkStatus, Rank
from lantoa.attendance.models import (
    Attendance,
    AttendanceEvent,
    Coverage,
    Device,
    LateChange,
    Reflection,
    ReflectionCall,
)
from lantoa.directives.models import Directive, DirectiveRelation, DirectiveVersion
from lantoa.files.models import StoredFile
from lantoa.jobs.models import Job
from lantoa.kernel import clock
from lantoa.materials.models import Fetch, Material, MaterialVersion, Publication, ShareLink
from lantoa.notifications.models import Notification, Silence
from lantoa.organizations.enums import (
    DepartureReason,
    ReasonClass,
    Role,
    TransferKind,
    TransferState,
    UnitEventKind,
    UnitKind,
)
from lantoa.organizations.models import (
    ActivityExemption,
    Appointment,
    Departure,
    DraftSuccessor,
    ImportBatch,
    ImportRow,
    PersonMerge,
    TemporaryMembership,
    Transfer,
    Unit,
    UnitEventDraft,
)
from lantoa.plans.enums import CampaignState, PlanState
from lantoa.plans.models import (
    AudienceException,
    Campaign,
    CampaignRule,
    CampaignUnit,
    Plan,
    Summons,
    SummonsEntry,
    Target,
    Task,
)
from lantoa.portal.enums import ContributionState
from lantoa.portal.models import Answer, ArticlePage, Contribution, FigureSet, Poll, PollChoice, PublicDocument
from lantoa.privacy.models import DataRequest, Erasure
from lantoa.rollcall.models import Phone, QuarantinedEvent
from lantoa.speakers.enums import Tier
from lantoa.speakers.models import Speaker
from lantoa.study_sessions.models import Activity, Placement, Site, SiteUnit, StudySession
from tests.organizations.factories import ALWAYS, make_person, make_unit, make_user
from tests.portal.factories import make_article, make_portal, make_section
from tests.portal.readers.factories import make_comment, make_question

TODAY = dt.date(2026, 6, 1)


@dataclass
class Place:
    """One unit with one of everything that the pages are about. `objects` maps a kind to its row."""

    unit: Unit
    objects: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    """The places, seen from the unit of the appointment, and a stranger who owns what nobody else may touch."""

    places: dict[str, Place]
    stranger: User


def build_world() -> World:
    """The world, written straight into the tables."""
    province = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCIAL_COMMITTEE)
    own = make_unit("Đảng bộ huyện", parent=province, kind=UnitKind.DISTRICT_COMMITTEE)
    child = make_unit("Đảng bộ xã", parent=own, kind=UnitKind.COMMUNE_COMMITTEE)
    below = make_unit("Chi bộ bản", parent=child)
    beside = make_unit("Đảng bộ huyện bên", parent=province, kind=UnitKind.DISTRICT_COMMITTEE)
    stranger = make_user(username="nguoi-la")
    units = {"own": own, "child": child, "below": below, "beside": beside}
    return World({scope: _furnish(unit, stranger) for scope, unit in units.items()}, stranger)


def _furnish(unit: Unit, stranger: User) -> Place:
    place = Place(unit, {"unit": unit})
    _add_persons(place, stranger)
    _add_event(place, stranger)
    _add_twins(place, stranger)
    _add_letters(place, stranger)
    _add_campaign(place, stranger)
    _add_material(place, stranger)
    _add_portal(place, stranger)
    _add_plan(place)
    _add_session(place, stranger)
    _add_marks(place, stranger)
    _add_phone(place, stranger)
    return place


def _add_persons(place: Place, stranger: User) -> None:
    person = make_person("Giàng A Páo", unit=place.unit)
    batch = ImportBatch.objects.create(
        layout={"header": [1], "titles": ["Họ và tên"], "columns": ["full_name"]},
        client_id=uuid.uuid4(),
        unit=place.unit,
        file_name="danh-sach.xlsx",
        sha256="0" * 64,
        effective_on=TODAY,
        created_by=stranger,
    )
    ImportRow.objects.create(batch=batch, number=1, kind="header", cells=["Họ và tên"])
    ImportRow.objects.create(batch=batch, number=2, cells=["Lò Văn Ún"], values={"full_name": "Lò Văn Ún"})
    place.objects |= {
        "person": person,
        "exemption": ActivityExemption.objects.create(
            person=person,
            reason_class=ReasonClass.HEALTH,
            decision_number="12-QĐ/ĐU",
            decision_date=TODAY,
            period=ALWAYS,
        ),
        "import": batch,
        "appointment": _viewer_at(place.unit),
        "erasure": Erasure.objects.create(
            client_id=uuid.uuid4(), person=person, unit=place.unit, reason="Theo đơn", asked_by=stranger
        ),
        "data_request": DataRequest.objects.create(
            client_id=uuid.uuid4(),
            person=person,
            unit=place.unit,
            kind="correction",
            field="village",
            value="Huổi Luông",
            reason="Theo đơn",
            asked_by=stranger,
            due_on=TODAY,
        ),
        "job": Job.objects.create(owner=stranger, title="Nhập danh sách", total=10),
        "notification": Notification.objects.create(
            receiver=stranger, kind="plans.reminder", occasion=f"{place.unit.pk}", parameters={}
        ),
        "silence": Silence.objects.create(
            user=stranger, about_type="plans.campaign", about_id=place.unit.pk, begins_on=TODAY, ends_on=TODAY
        ),
    }


def _add_event(place: Place, stranger: User) -> None:
    """A dissolution and a split of the unit that are being prepared, with a unit beside that takes over."""
    heir = make_unit("Đảng bộ kế thừa", parent=place.unit.parent, kind=UnitKind(place.unit.kind))
    for kind, successors in (("unit_event", [heir]), ("unit_split", [place.unit, heir])):
        draft = UnitEventDraft.objects.create(
            client_id=uuid.uuid4(),
            kind=UnitEventKind.SPLIT if kind == "unit_split" else UnitEventKind.DISSOLVE,
            unit=place.unit,
            decision_number="15-QĐ/TU",
            decision_date=TODAY,
            decision_body="Ban Thường vụ",
            effective_on=TODAY,
            created_by=stranger,
        )
        draft.predecessors.add(place.unit)
        DraftSuccessor.objects.bulk_create(DraftSuccessor(draft=draft, unit=unit) for unit in successors)
        place.objects[kind] = draft


def _add_twins(place: Place, stranger: User) -> None:
    """A second record that may be of the same person, and two that were merged."""
    gone, kept = make_person("Vàng A Sử"), make_person("Vàng A Sử", unit=place.unit)
    counted = [[kept.memberships.get().pk, kept.pk, place.unit.pk, "full", "2010-01-01", None]]
    place.objects |= {
        "twin": make_person("Giàng A Páo", unit=place.unit),
        "merge": PersonMerge.objects.create(
            client_id=uuid.uuid4(),
            kept=kept,
            merged=gone,
            unit=place.unit,
            made_by=stranger,
            memberships={"before": counted, "after": counted, "import_rows": []},
        ),
    }


def _add_letters(place: Place, stranger: User) -> None:
    """A person who is to come, one who is to go, and a guest for a time."""
    elsewhere = make_unit("Chi bộ nơi khác")
    home, away = make_person("Tẩn A Sử", unit=elsewhere), place.objects["person"]
    incoming, outgoing, visit = (
        Transfer.objects.create(
            client_id=uuid.uuid4(),
            person=person,
            kind=kind,
            from_unit=start,
            to_unit=end,
            letter_number="01-GGT",
            letter_date=TODAY,
            effective_on=TODAY,
            ends_on=TODAY + dt.timedelta(days=365) if kind == TransferKind.STAY else None,
            state=state,
            offered_by=stranger,
        )
        for person, kind, start, end, state in (
            (home, TransferKind.MOVE, elsewhere, place.unit, TransferState.OFFERED),
            (away, TransferKind.MOVE, place.unit, elsewhere, TransferState.OFFERED),
            (home, TransferKind.STAY, elsewhere, place.unit, TransferState.ACCEPTED),
        )
    )
    stay = TemporaryMembership.objects.create(
        person=home, unit=place.unit, transfer=visit, period=DateRange(TODAY, TODAY + dt.timedelta(days=366))
    )
    ahead = Transfer.objects.create(
        client_id=uuid.uuid4(),
        person=make_person("Lù A Chớ", unit=place.unit),
        kind=TransferKind.STAY,
        from_unit=place.unit,
        to_unit=elsewhere,
        letter_number="02-GGT",
        letter_date=TODAY,
        effective_on=dt.date(2099, 1, 1),
        ends_on=dt.date(2099, 2, 1),
        state=TransferState.ACCEPTED,
        offered_by=stranger,
    )
    place.objects |= {"incoming": incoming, "outgoing": outgoing, "stay": stay, "ahead": ahead}
    _add_departure(place, stranger)


def _add_departure(place: Place, stranger: User) -> None:
    """Somebody who left, which can be taken back."""
    person = make_person("Chẻo A Lai", unit=place.unit)
    person.memberships.update(period=DateRange(ALWAYS.lower, TODAY))
    place.objects["departure"] = Departure.objects.create(
        client_id=uuid.uuid4(),
        person=person,
        unit=place.unit,
        reason=DepartureReason.RESIGNED,
        effective_on=TODAY,
        ended={"until": None, "later": [], "stays": []},
        made_by=stranger,
    )


def _viewer_at(unit: Unit) -> Appointment:
    """The appointment of somebody else at the unit."""
    return Appointment.objects.get(person__user=make_user(Role.VIEWER, unit))


def _add_campaign(place: Place, stranger: User) -> None:
    unit = place.unit
    directive = Directive(
        client_id=uuid.uuid4(),
        registered_by=unit,
        kind="resolution",
        number="57-NQ/TW",
        body="Bộ Chính trị",
        issued_on=TODAY,
        directive_class="general",
        study_mode="study",
        title="Nghị quyết để thử",
    )
    directive.set_texts()
    directive.save()
    file = StoredFile(
        client_id=uuid.uuid4(),
        name="nghi-quyet.pdf",
        content_type="application/pdf",
        size=4,
        sha256="0" * 64,
        no_secrecy_declared=True,
        uploaded_by=stranger,
    )
    file.content.save("nghi-quyet.pdf", ContentFile(b"%PDF"))
    directive.files.add(file)
    place.objects |= {"directive": directive, "file": file, "other_directive": _older(directive)}
    for state in (CampaignState.RUNNING, CampaignState.DRAFT):
        campaign = Campaign.objects.create(
            client_id=uuid.uuid4(),
            owner=unit,
            name=f"Đợt học tập {state.label}",
            audience="general",
            starts_on=TODAY,
            ends_on=TODAY + dt.timedelta(days=60),
            state=state,
            created_by=stranger,
        )
        campaign.directives.add(directive)
        CampaignRule.objects.create(campaign=campaign, unit_kind=unit.kind, owed="plan", due_on=TODAY)
        place.objects["campaign" if state == CampaignState.RUNNING else "draft_campaign"] = campaign
    place.objects["exception"] = AudienceException.every.create(
        client_id=uuid.uuid4(),
        campaign=place.objects["campaign"],
        effect="include",
        persons="cadre",
        made_by=stranger,
    )
    CampaignUnit.objects.create(
        campaign=place.objects["campaign"], unit=unit, path=unit.path, name=unit.name, kind=unit.kind, sort_key="A"
    )


def _add_material(place: Place, stranger: User) -> None:
    """A material in use, with a version that waits, a link and a line of the ledger."""
    material = Material.objects.create(
        client_id=uuid.uuid4(),
        owner=place.unit,
        kind="outline",
        title="Đề cương để thử",
        audience="members",
        language="vi",
        used_since=TODAY,
    )
    material.directives.add(place.objects["directive"])
    used, waiting = (
        MaterialVersion.objects.create(
            client_id=uuid.uuid4(), material=material, number=number, state=state, text="Nội dung", written_by=stranger
        )
        for number, state in ((1, "in_use"), (2, "waiting"))
    )
    Fetch.objects.create(version=used, unit=place.unit, day=TODAY)
    place.objects |= {
        "material": material,
        "material_version": used,
        "waiting_version": waiting,
        "share_link": ShareLink.objects.create(
            client_id=uuid.uuid4(),
            material=material,
            digest=uuid.uuid4().hex,
            ends_on=TODAY + dt.timedelta(days=30),
            made_by=stranger,
        ),
        "publication": Publication.objects.create(
            client_id=uuid.uuid4(),
            material=material,
            unit=place.unit,
            channel="zalo",
            published_on=TODAY,
            address="Nhóm Zalo bản",
            recorded_by=stranger,
        ),
    }


def _add_portal(place: Place, stranger: User) -> None:
    """The portal of the unit, with a document, figures, an article, and what readers sent."""
    portal, directive = make_portal(place.unit), place.objects["directive"]
    article = portal.site.root_page.add_child(instance=ArticlePage(title="Bài viết", slug="bai", lead="Lời dẫn"))
    make_comment(portal, article)
    section = make_section(portal)
    question = make_question(portal)
    Answer.objects.create(question=question, text="Trả lời", written_by=place.objects["waiting_version"].written_by)
    Contribution.objects.filter(pk=question.pk).update(state=ContributionState.ANSWERED)
    poll = Poll.objects.create(
        client_id=uuid.uuid4(), portal=portal, question="Việc nào?", begins_on=TODAY, ends_on=TODAY
    )
    PollChoice.objects.bulk_create(PollChoice(poll=poll, place=number, text=f"Việc {number}") for number in (1, 2))
    place.objects |= {
        "portal": portal,
        "public_document": PublicDocument.objects.create(portal=portal, directive=directive),
        "article": article,
        "portal_section": section,
        "offered_article": make_article(section),
        "portal_question": question,
        "poll": poll,
        "figure_set": FigureSet.objects.create(
            client_id=uuid.uuid4(),
            portal=portal,
            unit=place.unit,
            campaign=place.objects["campaign"],
            source="Đợt học tập",
            offered_by=stranger,
            article_id=0,
        ),
    }


def _older(directive: Directive) -> Directive:
    """A directive of the same unit that the other one replaces."""
    older = Directive.objects.create(
        client_id=uuid.uuid4(),
        registered_by=directive.registered_by,
        kind="resolution",
        number="20-NQ/TW",
        body="Bộ Chính trị",
        issued_on=TODAY,
        directive_class="general",
        study_mode="study",
        title="Nghị quyết cũ",
    )
    DirectiveRelation.objects.create(directive=directive, kind="replaces", other=older)
    DirectiveVersion.objects.create(directive=directive, version=1, changes={"title": ["Nghị quyết", directive.title]})
    return older


def _add_plan(place: Place) -> None:
    plan = Plan.objects.create(
        campaign=place.objects["campaign"],
        unit=place.unit,
        title="Kế hoạch học tập",
        state=PlanState.DRAFT,
        starts_on=TODAY,
        ends_on=TODAY + dt.timedelta(days=30),
        due_on=TODAY,
    )
    plan.annexes.add(place.objects["file"])
    place.objects |= {
        "plan": plan,
        "submitted_plan": _other_edition(plan, PlanState.SUBMITTED),
        "approved_plan": _other_edition(plan, PlanState.APPROVED),
        "target": Target.objects.create(plan=plan, indicator="Tỷ lệ tham gia", number=95, measure="%"),
        "annex": place.objects["file"],
        "task": Task.objects.create(plan=plan, title="Mở hội nghị"),
    }


def _other_edition(plan: Plan, state: PlanState) -> Plan:
    """The same unit's plan in another campaign, in that state."""
    campaign = Campaign.objects.create(
        client_id=uuid.uuid4(),
        owner=plan.unit,
        name=f"Đợt khác {state.label}",
        audience="general",
        starts_on=TODAY,
        ends_on=TODAY + dt.timedelta(days=60),
        state=CampaignState.RUNNING,
        created_by=plan.campaign.created_by,
    )
    return Plan.objects.create(
        campaign=campaign,
        unit=plan.unit,
        title="Kế hoạch khác",
        state=state,
        starts_on=TODAY,
        ends_on=TODAY + dt.timedelta(days=30),
        submitted_by=plan.campaign.created_by,
    )


def _add_session(place: Place, stranger: User) -> None:
    campaign, unit = place.objects["campaign"], place.unit
    summons = Summons.objects.create(
        client_id=uuid.uuid4(), campaign=campaign, unit=unit, number="01-CV", issued_on=TODAY, created_by=stranger
    )
    entry = SummonsEntry.objects.create(
        summons=summons,
        campaign=campaign,
        person=place.objects["person"],
        unit=unit,
        standing="full",
        reason="member",
    )
    starts = timezone.make_aware(dt.datetime.combine(TODAY, dt.time(7, 30)))
    session = StudySession.objects.create(
        client_id=uuid.uuid4(),
        campaign=campaign,
        host=unit,
        title="Hội nghị",
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=4),
        created_by=stranger,
    )
    site = Site.objects.create(session=session, unit=unit, name="Hội trường")
    SiteUnit.objects.create(session=session, site=site, unit=unit)
    Placement.objects.create(entry=entry, session=session, site=site)
    activity = Activity.objects.create(
        client_id=uuid.uuid4(),
        campaign=campaign,
        unit=unit,
        kind="village_meeting",
        place="Nhà văn hóa bản",
        held_at=starts,
        languages=["hmong"],
        audience="Người dân trong bản",
        headcount=42,
        basis="counted",
        created_by=stranger,
    )
    speaker = Speaker.objects.create(
        client_id=uuid.uuid4(),
        person=place.objects["person"],
        unit=unit,
        tier=Tier.COMMUNE,
        period=DateRange(TODAY, None),
        decision_number="05-QĐ/ĐU",
        decision_date=TODAY,
        decision_body="Ban Thường vụ",
        languages=["vi"],
    )
    session.programme.create(position=1, title="Giới thiệu nghị quyết", recognised=speaker)
    place.objects |= {
        "summons": summons,
        "speaker": speaker,
        "entry": entry,
        "session": session,
        "site": site,
        "activity": activity,
    }


def _add_phone(place: Place, stranger: User) -> None:
    objects = place.objects
    device = Device.objects.create(kind="phone", unit=place.unit, user=stranger, last_seq=1)
    event_id = uuid.uuid4()
    objects["phone"] = Phone.objects.create(
        device=device,
        label="Máy của chi bộ",
        token_sha256=uuid.uuid4().hex * 2,
        expires_at=clock.now() + dt.timedelta(days=180),
    )
    objects["waiting"] = QuarantinedEvent.objects.create(
        device=device,
        event_id=event_id,
        seq=1,
        session_id=objects["session"].pk,
        site_id=objects["site"].pk,
        entry_id=objects["entry"].pk,
        payload={
            "event_id": str(event_id),
            "seq": 1,
            "person_id": objects["entry"].pk,
            "status": "late",
            "method": "scan",
            "reason": "",
            "wall_time": clock.now().isoformat(),
            "monotonic_ms": 1,
            "roster_id": str(uuid.uuid4()),
        },
        payload_sha256="0" * 64,
        code="card_replaced",
    )


def _add_marks(place: Place, stranger: User) -> None:
    objects = place.objects
    device = Device.objects.create(kind="web", unit=place.unit, user=stranger, last_seq=1)
    event = AttendanceEvent.objects.create(
        event_id=uuid.uuid4(),
        device=device,
        seq=1,
        session=objects["session"],
        site=objects["site"],
        entry=objects["entry"],
        status=MarkStatus.PRESENT,
        method=MarkMethod.TICK,
        rank=Rank.CLERK,
        recorder=stranger,
        wall_time=objects["session"].starts_at,
        payload_sha256="0" * 64,
        late=True,
    )
    objects |= {
        "event": event,
        "late_change": LateChange.objects.create(event=event),
        "attendance": Attendance.objects.create(
            session=objects["session"], entry=objects["entry"], status=MarkStatus.PRESENT, event=event
        ),
    }
    ReflectionCall.objects.create(
        campaign=objects["campaign"], questions="Đồng chí hiểu gì?", due_on=TODAY, owed_by="listed", created_by=stranger
    )
    Reflection.objects.create(entry=objects["entry"], state="handed_in", text="Tôi hiểu rằng…", handed_in_on=TODAY)
    for group in Group:
        Coverage.objects.create(
            campaign=objects["campaign"],
            unit=place.unit,
            group=group,
            path=place.unit.path,
            summoned=1,
            not_reported=1,
            cells_total=1,
        )
