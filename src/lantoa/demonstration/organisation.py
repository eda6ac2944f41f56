"""Making the district: its trees, its people, and who acts for each unit."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from lantoa.demonstration.names import WAYS
from lantoa.demonstration.places import (
    BLOCK_CELLS,
    COMMUNES,
    GRASSROOTS_CELLS,
    CellPlace,
    commune_cells,
    share_members,
)
from lantoa.kernel import clock
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import Role, Standing, Tree, UnitKind
from lantoa.organizations.models import Person, Sector, Unit
from lantoa.organizations.services.appointments import (
    appoint,
    bootstrap_administrator,
    end_appointment,
    open_account,
)
from lantoa.organizations.services.persons import NewPerson, register_persons
from lantoa.organizations.services.sectors import define_sector
from lantoa.organizations.services.unit_imports import builtin_list, import_units
from lantoa.organizations.services.units import found_unit
from lantoa.speakers.models import Speaker

PASSWORD = "lan-toa-trinh-dien"
FOUNDED_ON = dt.date(2010, 1, 1)
TERM_STARTS_ON = dt.date(2020, 8, 1)
CLERKS_SERVE_ON = dt.timedelta(days=45)
"""Clerks are assigned by the year; their terms end soon, so that the list of such terms has something to show."""
NAMESPACE = uuid.UUID("13271327-2013-4828-9109-000000000109")
SECTORS = (
    ("education", "Giáo dục và Đào tạo"),
    ("health", "Y tế"),
    ("agriculture", "Nông nghiệp và Môi trường"),
    ("culture", "Văn hóa và Tuyên truyền"),
)
Progress = Callable[[str, int, int], None]


def stable_id(key: str) -> uuid.UUID:
    """The same id for the same key in every demonstration."""
    return uuid.uuid5(NAMESPACE, key)


@dataclass
class Staff:
    """Who acts for one unit, by role."""

    actors: dict[Role, Actor] = field(default_factory=dict)

    def who(self, *roles: Role) -> Actor:
        """The first of the roles that somebody holds here."""
        return next(self.actors[role] for role in roles if role in self.actors)


@dataclass
class District:
    """What has been made so far."""

    random: Random
    progress: Progress
    administrator: Actor = SYSTEM
    root: Unit = field(default_factory=Unit)
    committee: Unit = field(default_factory=Unit)
    block: Unit = field(default_factory=Unit)
    grassroots: list[Unit] = field(default_factory=list)
    cells: list[tuple[Unit, CellPlace]] = field(default_factory=list)
    people: dict[int, list[Person]] = field(default_factory=dict)
    staff: dict[int, Staff] = field(default_factory=dict)
    sectors: dict[str, Sector] = field(default_factory=dict)
    speakers: list[Speaker] = field(default_factory=list)

    def cells_under(self, unit: Unit) -> list[Unit]:
        """The cells that count people at or under a grassroots organisation."""
        return [cell for cell, _ in self.cells if unit.pk in (cell.pk, cell.parent_id)]

    def staff_of(self, unit: Unit) -> Staff:
        """Who acts for a unit."""
        return self.staff.setdefault(unit.pk, Staff())


def _load_administrative_tree() -> None:
    lines = builtin_list("before-2025-07-01").decode().splitlines()
    wanted = [line for line in lines[1:] if line.startswith(("province,12,", "district,109,")) or line.endswith(",109")]
    data = "\n".join([lines[0], *wanted]).encode()
    import_units(actor=SYSTEM, data=data, tree=Tree.ADMINISTRATIVE, starts_on=FOUNDED_ON, source="Phong Thổ (109)")


def make_units(district: District) -> None:
    """The administrative branch and the Party tree: 62 grassroots organisations, 272 cells under committees."""
    _load_administrative_tree()
    district.root = _found(
        district, "Đảng bộ tỉnh Lai Châu", UnitKind.PROVINCIAL_COMMITTEE, None, serves=_served("12", UnitKind.PROVINCE)
    )
    opened = bootstrap_administrator(
        username="quantri", password=PASSWORD, full_name="Quản trị hệ thống", unit=district.root
    )
    district.administrator = Actor.of(opened.user)
    for code, name in SECTORS:
        district.sectors[code] = define_sector(actor=district.administrator, unit=district.root, code=code, name=name)
    district.committee = _found(
        district,
        "Đảng bộ huyện Phong Thổ",
        UnitKind.DISTRICT_COMMITTEE,
        district.root,
        serves=_served("109", UnitKind.DISTRICT),
    )
    for position, commune in enumerate(COMMUNES):
        committee = _found(
            district,
            f"Đảng bộ {commune.name}",
            UnitKind.COMMUNE_COMMITTEE,
            district.committee,
            serves=_served(commune.code, UnitKind.COMMUNE),
        )
        district.grassroots.append(committee)
        for place in commune_cells(commune, district.random):
            district.cells.append((_found(district, place.name, UnitKind.CELL, committee), place))
        district.progress("Tổ chức đảng", position + 1, len(COMMUNES) + 2)
    district.block = _found(district, "Đảng bộ khối cơ quan huyện", UnitKind.GRASSROOTS_COMMITTEE, district.committee)
    district.grassroots.append(district.block)
    for name, sector in BLOCK_CELLS:
        place = CellPlace(name, sector, "", ("Kinh", "Thái", "Giáy", "Kinh", "Mông"))
        district.cells.append((_found(district, name, UnitKind.CELL, district.block), place))
    for name, sector in GRASSROOTS_CELLS:
        cell = _found(district, name, UnitKind.GRASSROOTS_CELL, district.committee)
        place = CellPlace(name, sector, "", ("Kinh", "Kinh", "Thái", "Giáy", "Dao", "Mông"))
        district.grassroots.append(cell)
        district.cells.append((cell, place))
    district.progress("Tổ chức đảng", len(COMMUNES) + 2, len(COMMUNES) + 2)


def _served(code: str, kind: UnitKind) -> Unit:
    return Unit.objects.get(tree=Tree.ADMINISTRATIVE, code=code, kind=kind)


def _found(district: District, name: str, kind: UnitKind, parent: Unit | None, serves: Unit | None = None) -> Unit:
    return found_unit(
        actor=district.administrator if parent else SYSTEM,
        tree=Tree.PARTY,
        name=name,
        kind=kind,
        parent=parent,
        starts_on=FOUNDED_ON,
        serves=serves,
        client_id=stable_id(f"unit {parent.pk if parent else 0} {name}"),
    )


def make_people(district: District) -> None:
    """3,517 members shared over the cells, and cadres who are not members beside them."""
    random = district.random
    weights = [random.uniform(12, 22) if place.sector else random.uniform(5, 13) for _, place in district.cells]
    rows: list[NewPerson] = []
    for (cell, place), members in zip(district.cells, share_members(weights), strict=True):
        cadres = random.randint(1, 4) if place.sector else random.choice((0, 0, 0, 1))
        for position in range(members + cadres):
            rows.append(_person(district, cell, place, position, members, number=len(rows) + 1))
    for person, row in zip(_register(district, rows), rows, strict=True):
        district.people.setdefault(row.unit.pk, []).append(person)
    district.progress("Đảng viên và cán bộ", len(rows), len(rows))


def _person(district: District, cell: Unit, place: CellPlace, position: int, members: int, *, number: int) -> NewPerson:
    random = district.random
    people = random.choice(place.peoples)
    standing = Standing.CADRE if position >= members else Standing.FULL
    if standing == Standing.FULL and position > 2 and random.random() < 0.06:
        standing = Standing.PROBATIONARY
    return NewPerson(
        full_name=WAYS[people].compose(random),
        standing=standing,
        unit=cell,
        birth_year=random.randint(1950, 2003) if place.village else random.randint(1964, 2002),
        village=place.village,
        code="" if standing == Standing.CADRE else f"0109{number:05d}",
        is_manager=position < 2,
        sector=district.sectors.get(place.sector),
        client_id=stable_id(f"person {number}"),
    )


def _register(district: District, rows: list[NewPerson]) -> list[Person]:
    """Enter everybody as an officer of the district whose appointment ends with the work."""
    appointment = appoint(
        actor=district.administrator,
        person=Person.objects.get(user=district.administrator.user_id),
        role=Role.OFFICER,
        unit=district.committee,
        starts_on=FOUNDED_ON,
        title="Nhập liệu ban đầu",
        decision=Decision("01-QĐ/HU", FOUNDED_ON, "Ban Thường vụ Huyện ủy"),
        client_id=stable_id("first entry"),
    )
    assert appointment.person.user is not None, "the account was opened just above"
    registrar = Actor.of(appointment.person.user)
    persons = register_persons(actor=registrar, rows=rows, starts_on=dt.date(2015, 1, 1))
    end_appointment(actor=district.administrator, appointment=appointment, ends_on=clock.today())
    return persons


def make_staff(district: District) -> None:
    """Appointments of every unit, accounts for those who act in the story."""
    total = len(district.grassroots) + len(district.cells)
    for position, unit in enumerate(district.grassroots):
        _staff_grassroots(district, unit)
        district.progress("Phân công", position + 1, total)
    leaders = {unit.pk for unit in district.grassroots}
    for position, (cell, _) in enumerate(district.cells):
        if cell.pk not in leaders:
            assign(district, district.people[cell.pk][0], Role.SECRETARY, cell, "Bí thư chi bộ")
        district.progress("Phân công", len(district.grassroots) + position + 1, total)


def _staff_grassroots(district: District, unit: Unit) -> None:
    first_cell = district.cells_under(unit)[0]
    people = district.people[first_cell.pk]
    roles = [(Role.SECRETARY, "Bí thư"), (Role.APPROVER, "Phó Bí thư"), (Role.CLERK, "Văn thư")]
    if unit.kind != UnitKind.GRASSROOTS_CELL:
        roles.insert(2, (Role.OFFICER, "Ủy viên phụ trách tuyên giáo"))
    staff = district.staff_of(unit)
    offset = 0 if unit.pk == first_cell.pk else 1
    for (role, title), person in zip(roles, people[offset:], strict=False):
        staff.actors[role] = sign_in(district, person, role, unit, title)


def assign(district: District, person: Person, role: Role, unit: Unit, title: str) -> None:
    """Appoint a person for the present term."""
    appoint(
        actor=district.administrator,
        person=person,
        role=role,
        unit=unit,
        starts_on=TERM_STARTS_ON,
        title=title,
        decision=Decision(f"{100 + unit.pk % 800}-QĐ/HU", TERM_STARTS_ON, "Ban Thường vụ Huyện ủy"),
        term_ends_on=clock.today() + CLERKS_SERVE_ON if role == Role.CLERK else None,
        client_id=stable_id(f"appointment {unit.pk} {role} {person.pk}"),
    )


def sign_in(district: District, person: Person, role: Role, unit: Unit, title: str, username: str = "") -> Actor:
    """Appoint a person and open the account, once a person; an account without a given name has a random password."""
    assign(district, person, role, unit, title)
    opened = open_account(
        actor=district.administrator,
        person=person,
        username=username or f"{role}.{unit.pk}",
        password=PASSWORD if username else None,
        client_id=stable_id(f"account {person.pk}"),
    )
    return Actor.of(opened.user)
