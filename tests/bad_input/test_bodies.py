"""Hostile bodies to every URL that takes a form: never a server error, and nothing half-written."""

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.forms import BaseForm
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from psycopg.sql import Composable

from tests.bad_input.everybody import client as client
from tests.bad_input.everybody import everybody as everybody
from tests.bad_input.page_forms import PageForm, forms_of
from tests.bad_input.watched import EVERYTHING, watched_bodies, watched_forms
from tests.permissions.roles_table import read_rules
from tests.permissions.standing import unrecorded as unrecorded
from tests.permissions.standing import world as world
from tests.permissions.test_urls import CASES, Case
from tests.permissions.world import World

SCRIPT = "<script>alert('Lò')</script>\"'"
ANYWHERE = "zero byte"
TYPED = "huge figure"
CHOSEN = "foreign id"
EITHER = {"nothing": "", "blanks": " \u00a0\u200b ", "script": SCRIPT}
TEXTS = {
    **EITHER,
    "too long": "Đ" * 30_000,
    "control characters": "a\x01\x0b\x1b[31m\u202e\ufffe",
    "half a surrogate": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "template": "{{ request.user }}{% now 'Y' %}%s%(x)s",
}
FIGURES = {
    **EITHER,
    "no such day": "31/02/2026",
    "year zero": "01/01/0000",
    "words for a figure": "chín mươi lăm",
    "exponent": "1e999",
    "not a number": "NaN",
    "negative": "-1",
    "beyond the column": str(2**63),
}
SINGLY = {ANYWHERE: "Lò\x00Văn", TYPED: "9" * 40, CHOSEN: "987654321"}
"""The zero byte is tried in each field by itself, the huge figure in each that takes figures and the number of nothing
in each that nobody types into, with everything else in order; texts and figures in all fields of their kind at once."""
FILES = {
    "empty": (b"", "application/pdf", "a.pdf"),
    "not what it says": (b"MZ\x90\x00 this is a program", "application/pdf", "nghi-quyet.pdf"),
    "broken workbook": (b"PK\x03\x04" + b"\x00" * 60, "application/vnd.ms-excel", "danh-sach.xlsx"),
    "zero bytes as a list": (b"\x00" * 500, "text/csv", "danh-sach.csv"),
    "hostile name": (b"%PDF-1.4", "application/pdf", "../../etc/" + "x" * 300 + "\x00.pdf"),
    "unknown kind": (b"<svg onload=alert(1)>", "image/svg+xml", "a.svg"),
}
BODIES = {
    "nothing at all": b"",
    "no events": b"{}",
    "not JSON": b"{events",
    "wrong kinds": b'{"events": "x"}',
    "a list": b"[]",
    "null": b"null",
    "number": b"7",
    "not UTF-8": b"\xff\xfe",
    "deep": b"[" * 50_000,
    "an event of nothing": b'{"events": [{}]}',
    "an event that is none": b'{"events": [null, 3, "x"]}',
}
UNCOUNTED = {"audit_entry", "accounts_session", "procrastinate_events", "procrastinate_jobs", "django_migrations"}
HARMLESS = ("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "DECLARE", "CLOSE", "FETCH", "SET ")
"""With these begin statements that change no row."""
ENOUGH = 25
"""More forms than that are found, or the reading of pages is broken."""
READ_PAGES = [case for case in CASES if not case.only_posts]

pytestmark = pytest.mark.django_db


def _found_forms(client: Client, address: str) -> list[PageForm]:
    """The forms of one page that write; those of the frame, which every page has, on the first screen alone."""
    response = client.get(address)
    exhaust(response)
    if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
        return []
    framing = () if address == reverse("dashboard:home") else (reverse("ui:preferences"), reverse("account_logout"))
    found = {form.action: form for form in forms_of(address, response.content.decode()) if form.method == "post"}
    return [form for action, form in found.items() if action not in framing]


def _rows() -> dict[str, int]:
    tables = sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.db_table not in UNCOUNTED
    )
    counts = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(counts)
        return dict(cursor.fetchall())


def _bodies(form: PageForm) -> Iterator[tuple[str, dict[str, list[object]]]]:
    """The bodies that leave no field in order, and those that spoil all that is typed, or a file."""
    yield "nothing sent", {}
    for title, typed in _typed_bodies(form):
        yield f"what is typed is {title}", {**_kept(form), **typed}
    for name in form.files:
        for title, (content, kind, file_name) in FILES.items():
            yield f"{name} is {title}", {**_kept(form), name: [SimpleUploadedFile(file_name, content, kind)]}


def _singly(form: PageForm, name: str) -> tuple[str, ...]:
    """What is tried in one field by itself: a figure in words is a word like another."""
    if name in form.worded:
        return (ANYWHERE,)
    return (ANYWHERE, TYPED if name in form.figures else CHOSEN)


def _typed_bodies(form: PageForm) -> Iterator[tuple[str, dict[str, list[object]]]]:
    """Every text in all fields of words, and beside it every figure in all fields of figures."""
    for text, figure in zip_longest(TEXTS if form.worded else (), FIGURES if form.figures else (), fillvalue="nothing"):
        words: dict[str, list[object]] = {name: [TEXTS[text]] for name in form.worded}
        yield f"{text} and {figure}", {**words, **{name: [FIGURES[figure]] for name in form.figures}}


def _kept(form: PageForm) -> dict[str, list[object]]:
    return {name: list[object](values) for name, values in form.values.items()}


def _problems(client: Client, form: PageForm, before: dict[str, int]) -> Iterator[str]:
    """What is wrong with the answers to all bodies of a form.

    A field is tried by itself unless the answer is known: where no form is shown, a name that the page did not read
    when it got everything as it should be; and a text that the field refused among others, since a field of Django
    looks at nothing but its own value.
    """
    read: set[str] = set(form.names)
    for title, body in _bodies(form):
        yield from _said(form, title, _tried(client, form, body, before).problem)
    if not form.typed:
        answer = _tried(client, form, _kept(form), before)
        read &= answer.read
        yield from _said(form, "as the page has it", answer.problem)
    for flaw, text in SINGLY.items():
        answer = _tried(client, form, {name: [text] for name in form.names}, before)
        yield from _said(form, f"everything is {flaw}", answer.problem)
        for name in form.names:
            if flaw in _singly(form, name) and name in read and name not in answer.refused:
                body = {**_kept(form), name: [text]}
                yield from _said(form, f"{name} is {flaw}", _tried(client, form, body, before).problem)


def _said(form: PageForm, title: str, problem: str) -> Iterator[str]:
    if problem:
        yield f"{form.action}: {title}: {problem}"


@dataclass(frozen=True)
class _Answer:
    """What is wrong with the answer to a body, the names that the server read of it, and those whose field, by
    itself, refuses what was sent."""

    problem: str
    read: set[str]
    refused: set[str]


def _tried(client: Client, form: PageForm, body: dict[str, list[object]], before: dict[str, int]) -> _Answer:
    """The answer to one body; everything that it wrote is taken back."""
    writes = _Writes()
    with transaction.atomic():
        with connection.execute_wrapper(writes), watched_bodies() as bodies, watched_forms() as forms:
            response = client.post(form.action, body)
        problem = _judged(response, before, writes)
        exhaust(response)
        refused = set(_refused(forms))
        transaction.set_rollback(True)
    read = {name for one in bodies for name in one.read}
    return _Answer(problem, set(form.names) if EVERYTHING in read else read, refused)


def _refused(forms: Sequence[BaseForm]) -> Iterator[str]:
    """The names whose field, asked alone, refuses what some forms were given."""
    for form in forms:
        for name in form.errors.keys() & form.fields.keys():
            bound = form[name]
            try:
                bound.field.clean(bound.data)
            except ValidationError:
                yield bound.html_name


def exhaust(response: HttpResponseBase) -> None:
    """Read a streamed file to its end, which closes it."""
    for _ in response if isinstance(response, StreamingHttpResponse) else ():
        continue


class _Writes:
    """Whether a request sent a statement that may have changed a table which counts: only then the rows are counted."""

    def __init__(self) -> None:
        self.any = False

    def __call__(self, execute: Callable[..., object], sql: object, *details: object) -> object:
        """Note the statement, and let it through."""
        asked = (sql.as_string(None) if isinstance(sql, Composable) else str(sql)).lstrip("( \n")
        if not asked.startswith(HARMLESS) and not any(asked.startswith(f'INSERT INTO "{one}"') for one in UNCOUNTED):
            self.any = True
        return execute(sql, *details)


def _judged(response: HttpResponseBase, before: dict[str, int], writes: _Writes) -> str:
    if response.status_code >= 500:
        return f"answered {response.status_code}"
    if response.status_code >= 400 and writes.any:
        wrote = {table: count for table, count in _rows().items() if before[table] != count}
        if wrote:
            return f"was refused with {response.status_code} and wrote {sorted(wrote)}"
    if isinstance(response, HttpResponse) and SCRIPT.encode() in response.content:
        return "lets a script through"
    return ""


@pytest.mark.parametrize("case", READ_PAGES, ids=str)
def test_every_form_of_every_page_withstands_hostile_bodies(case: Case, world: World, client: Client) -> None:
    forms = _found_forms(client, case.url(world, "own"))
    before = _rows()
    problems = [problem for form in forms for problem in _problems(client, form, before)]
    assert not problems, "\n".join(problems)


def test_the_forms_are_found(world: World, client: Client) -> None:
    found: set[str] = set()
    for case in READ_PAGES:
        found |= {form.action for form in _found_forms(client, case.url(world, "own"))}
        if len(found) > ENOUGH:
            return
    pytest.fail(f"only {sorted(found)} take a form")


@pytest.mark.parametrize("case", [case for case in CASES if case.only_posts], ids=str)
def test_every_address_that_only_writes_withstands_hostile_bodies(case: Case, world: World, client: Client) -> None:
    address, before = case.url(world, "own"), _rows()
    known = [str(name) for name in case.rule.get("data", {}) if isinstance(case.rule.get("data"), dict)]
    form = PageForm(address, "post", {name: [""] for name in (*known, "client_id", "version", "status", "up", "other")})
    problems = list(_problems(client, form, before))
    assert not problems, "\n".join(problems)


OURS = 777_000_777
"""Stands in a body for the entry of the world, so that nothing is refused for want of a person."""


def _events(**changes: object) -> bytes:
    event = {"event_id": str(uuid.uuid4()), "entry": OURS, "value": "present", "wall_time": "2026-06-01T07:30:00+07:00"}
    return json.dumps({"events": [{**event, **changes}]}).encode()


MARKS = {
    **BODIES,
    "id of another kind": _events(event_id=7),
    "id that is none": _events(event_id="x\x00"),
    "entry of nobody": _events(entry=987654321),
    "entry beyond the column": _events(entry=2**70),
    "entry as a truth": _events(entry=True),
    "entry of another kind": _events(entry={"a": 1}),
    "value that is none": _events(value="<b>"),
    "value of another kind": _events(value=["present"]),
    "value with a zero byte": _events(value="excused-\x00"),
    "value with a reason that is none": _events(value="excused-drunk"),
    "time that is none": _events(wall_time="31/02/2026"),
    "time of another kind": _events(wall_time=12),
    "time without a zone": _events(wall_time="2026-06-01T07:30:00"),
    "time before all time": _events(wall_time="0001-01-01T00:00:00+14:00"),
    "time after all time": _events(wall_time="9999-12-31T23:59:59-14:00"),
    "too many": json.dumps({"events": [{}] * 500}).encode(),
}


def test_the_same_mark_with_nothing_wrong_is_kept(world: World, client: Client) -> None:
    objects = world.places["own"].objects
    address = reverse("attendance:roll_marks", args=[objects["site"].pk])
    body = _events(entry=objects["entry"].pk)
    receipts = client.post(address, body, content_type="application/json").json()["receipts"]
    assert [receipt["outcome"] for receipt in receipts] == ["accepted"]


@pytest.mark.parametrize("title", MARKS)
def test_hostile_marks_are_answered_and_not_kept(title: str, world: World, client: Client) -> None:
    before = _rows()
    objects = world.places["own"].objects
    address = reverse("attendance:roll_marks", args=[objects["site"].pk])
    body = MARKS[title].replace(str(OURS).encode(), str(objects["entry"].pk).encode())
    response = client.post(address, body, content_type="application/json")
    assert response.status_code in {200, 400}
    receipts = response.json().get("receipts", [])
    assert all(receipt["outcome"] == "refused" for receipt in receipts), receipts
    grown = {table for table, count in _rows().items() if before[table] != count}
    assert grown <= {"attendance_device"}


def test_the_rules_know_every_json_address() -> None:
    spoken = {name for name, rule in read_rules().items() if rule.get("content_type") == "application/json"}
    assert spoken == {"attendance:roll_marks"}


def test_what_is_known_of_an_answer_is_what_the_server_did(world: World, client: Client) -> None:
    """A name that nothing read, a field that refused, and one that did not."""
    rows = _rows()
    choice = _tried(client, PageForm(reverse("ui:preferences"), "post"), {"theme": ["dark"], "other": [""]}, rows)
    assert "theme" in choice.read
    assert "other" not in choice.read
    form = PageForm(reverse("directives:directive_create"), "post")
    answer = _tried(client, form, {"title": ["Học tập"], "issued_on": ["31/02/2026"]}, rows)
    assert "issued_on" in answer.refused
    assert "title" not in answer.refused
