"""A workbook of 100,000 persons: `python -m benchmarks.import_persons` prints seconds and peak memory.

It works in a test database of its own, dropped after the run. Reading, checking and keeping the rows is what an upload
does, writing the persons what applying it does: together at most 20 seconds and 300 MB. What they are compared with is
a bare COPY of the same persons and memberships, in the same run.
"""

import datetime as dt
import random
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import xlsxwriter

from benchmarks._campaigns import own_database
from benchmarks.harness import compare

if TYPE_CHECKING:
    from lantoa.organizations.actors import Actor
    from lantoa.organizations.models import Unit

PERSONS = 100_000
CELLS = 270
BUDGET_SECONDS = 20.0
BUDGET_MEGABYTES = 300
DAY = dt.date(2026, 1, 1)
_FAMILY = ("Lò", "Vàng", "Giàng", "Tẩn", "Nguyễn", "Trần", "Phàn", "Lý", "Chẻo", "Sùng", "Hoàng", "Điêu", "Lù", "Mào")
_MIDDLE = ("Thị", "Văn", "A", "Sa", "Minh", "Ngọc", "Láo", "San", "Quang", "Mý", "Thanh", "Xuân", "Mạnh", "Hồng")
_GIVEN = ("Mai", "Páo", "Lìn", "Hoa", "Hùng", "Sơn", "Dính", "Mẩy", "Tả", "Phù", "Hương", "Thắng", "Sử", "Chư")
_TITLES = ["STT", "Họ và tên", "Ngày sinh", "Thôn/bản", "Mã đảng viên", "Tư cách", "Chi bộ", "Lãnh đạo quản lý"]


def main() -> None:
    """Import the workbook and print what it cost; exit code 1 where that breaks a budget."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "persons.xlsx"
        # The workbook is made by another process, so that its memory does not count.
        command = [sys.executable, "-m", "benchmarks.import_persons", "--make", str(path)]
        subprocess.run(command, check=True)  # noqa: S603 our own module
        with own_database():
            kept = _measure(path.read_bytes())
    raise SystemExit(0 if kept else 1)


def make(path: Path) -> None:
    """Write a workbook of persons, drawn with a fixed seed."""
    draw = random.Random(20260101)  # noqa: S311 the same list every time
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Danh sách")
    sheet.write_string(0, 0, "DANH SÁCH ĐẢNG VIÊN")
    sheet.write_row(1, 0, _TITLES)
    for number in range(PERSONS):
        name = f"{draw.choice(_FAMILY)} {draw.choice(_MIDDLE)} {draw.choice(_MIDDLE)} {draw.choice(_GIVEN)}"
        born = f"{draw.randint(1, 28):02d}/{draw.randint(1, 12):02d}/{draw.randint(1940, 2005)}"
        standing = draw.choice(("chính thức", "dự bị"))
        cell = f"CB bản số {number % CELLS + 1}"
        sheet.write_row(
            number + 2, 0, [number + 1, name, born, f"Bản {number:05d}", f"{number:08d}", standing, cell, ""]
        )
    book.close()


def _measure(content: bytes) -> bool:
    from lantoa.organizations.models import ImportBatch, Membership
    from lantoa.organizations.services import imports

    actor, unit = _place()
    base = _memory()
    read = _timed("reading alone", lambda: _read(content))
    began = time.perf_counter()
    upload = _timed(
        "upload: read, check, keep the rows",
        lambda: imports.create_import(
            actor=actor, client_id=uuid.uuid4(), unit=unit, name="p.xlsx", content=content, effective_on=DAY
        ),
    )
    batch = ImportBatch.objects.get()
    applied = _timed(
        "apply: check anew, write the persons",
        lambda: imports.apply_import(actor=actor, batch=batch, skip_problem_rows=False),
    )
    seconds = time.perf_counter() - began
    peak = _memory()
    written = Membership.objects.count()
    bare = _timed("bare COPY of persons and memberships", _copy_bare)
    kept = compare("upload and apply against bare COPY", seconds, bare)
    kept = compare("upload against reading alone", upload, read) and kept
    print(f"{written:,} persons in {seconds:.1f} s of {BUDGET_SECONDS:.0f} s   ({applied:.1f} s to apply)")
    print(f"peak memory {peak:.0f} MB of {BUDGET_MEGABYTES} MB   ({base:.0f} MB before it began)")
    return kept and written == PERSONS and seconds <= BUDGET_SECONDS and peak <= BUDGET_MEGABYTES


def _place() -> "tuple[Actor, Unit]":
    """A committee with its cells, and an officer who may import there."""
    from lantoa.accounts.models import User
    from lantoa.organizations.actors import Actor
    from lantoa.organizations.enums import Role, Tree, UnitKind
    from lantoa.organizations.models import Appointment, Person, Unit

    unit = Unit.objects.create(tree=Tree.PARTY, kind=UnitKind.GRASSROOTS_COMMITTEE, name="Đảng bộ xã")
    unit.path = f"{unit.pk}."
    unit.save(update_fields=["path"])
    cells = [
        Unit(tree=Tree.PARTY, kind=UnitKind.CELL, name=f"Chi bộ bản số {number + 1}", parent=unit)
        for number in range(CELLS)
    ]
    for cell in Unit.objects.bulk_create(cells):
        cell.path = f"{unit.path}{cell.pk}."
    Unit.objects.bulk_update(cells, ["path"])
    user = User.objects.create(username="officer")
    person = Person(client_id=uuid.uuid4(), full_name="Lò Văn Phụ Trách", user=user)
    person.set_texts()
    person.save()
    Appointment.objects.create(person=person, role=Role.OFFICER, unit=unit, period=(DAY, None))
    return Actor.of(user), unit


def _read(content: bytes) -> int:
    from lantoa.organizations.reading import persons_of, propose, read_sheets

    sheets = read_sheets(content)
    return sum(1 for _row in persons_of(sheets, propose(sheets)))


def _copy_bare() -> None:
    """The same rows into tables without constraints or indexes."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("organizations_person", "organizations_membership"):
            cursor.execute(f"CREATE UNLOGGED TABLE bare_{table} AS SELECT * FROM {table} WITH NO DATA")  # noqa: S608 names of our own
            with cursor.copy(f"COPY {table} TO STDOUT") as source:
                rows = [bytes(piece) for piece in source]
            with cursor.copy(f"COPY bare_{table} FROM STDIN") as target:
                for row in rows:
                    target.write(row)


def _timed(name: str, act: "Callable[[], object]") -> float:
    began = time.perf_counter()
    act()
    seconds = time.perf_counter() - began
    print(f"{name:<44} {seconds:6.2f} s")
    return seconds


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make"]:
        make(Path(sys.argv[2]))
    else:
        main()
