"""The index itself: what is put in is found by whoever may find it, and by nobody else."""

import datetime as dt
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations import RunSQL
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantoa.search import sources
from lantoa.search.finding import find
from lantoa.search.indexing import LONGEST_ATTACHED, Document, attached_of, put, rescope
from lantoa.search.lexemes import lexemes_of, words_of
from lantoa.search.models import SearchEntry

pytestmark = pytest.mark.django_db

KIND = "leaflet"


def leaflet(object_id: int, title: str, *, scope: tuple[str, ...] = ("at1",), day: int = 1, **parts: str) -> Document:
    return Document(kind=KIND, object_id=object_id, day=dt.date(2026, 1, day), scope=scope, title=title, **parts)


def asked(text: str, *scope: str, limit: int = 100) -> list[int]:
    return find(KIND, text, scope=scope or ("at1",), limit=limit)


def test_only_who_bears_a_key_finds_it() -> None:
    put([leaflet(1, "Biên giới", scope=("at1", "in1"))])
    assert asked("bien gioi") == asked("bien gioi", "in9", "in1") == [1]
    assert asked("bien gioi", "at2") == find(KIND, "bien gioi", scope=()) == []
    rescope(KIND, [1], ["at2"])
    assert (asked("bien gioi"), asked("bien gioi", "at2")) == ([], [1])


def test_the_newest_of_equals_comes_first_and_no_more_than_asked_for() -> None:
    put([leaflet(number, "Biên giới", day=number) for number in (2, 3, 1)])
    assert asked("biên giới") == [3, 2, 1]
    assert asked("biên giới", limit=2) == [3, 2]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.dates(dt.date(2015, 1, 1), dt.date(2026, 12, 31)), max_size=12),
    limit=st.integers(1, 6),
)
def test_however_far_apart_the_days_are_the_newest_come_first(days: list[dt.date], limit: int) -> None:
    SearchEntry.objects.filter(kind=KIND).delete()
    put(
        Document(kind=KIND, object_id=number, day=day, scope=("at1",), title="Biên giới")
        for number, day in enumerate(days)
    )
    newest = sorted(enumerate(days), key=lambda one: (one[1], one[0]), reverse=True)
    assert asked("biên giới", limit=limit) == [number for number, _ in newest[:limit]]


def test_a_common_word_is_looked_for_in_the_latest_quarters_alone() -> None:
    put(leaflet(number, "Biên giới", day=1 + number % 28) for number in range(8))
    put([Document(kind=KIND, object_id=99, day=dt.date(2001, 1, 1), scope=("at1",), title="Biên giới")])
    with CaptureQueriesContext(connection) as asking:
        assert sorted(asked("biên giới", limit=8)) == list(range(8))
    questions = [query["sql"] for query in asking.captured_queries if "@@" in query["sql"]]
    assert questions
    assert all("''@2025q4'' | ''@2026q1''" in question for question in questions)


def test_the_exact_form_comes_before_the_folded_one_and_the_title_before_the_text() -> None:
    put(
        [
            leaflet(1, "Hoa binh", day=9),
            leaflet(2, "Tin", text="giữ gìn hoà bình", day=8),
            leaflet(3, "Hòa bình", day=1),
            leaflet(4, "Tin", attached="hoá bình", day=7),
            leaflet(5, "Hòa Bình", day=2),
            leaflet(6, "Hòa và bình", day=6),
        ]
    )
    assert asked("hòa bình") == [6, 5, 3, 2, 1, 4]
    assert asked('"hòa bình"') == [5, 3, 2, 1, 4]


def test_a_phrase_of_many_words_is_found_as_it_stands() -> None:
    put([leaflet(1, "khoa học công nghệ"), leaflet(2, "công nghệ của khoa học, học công nghệ, khoa học")])
    assert asked("khoa hoc cong nghe") == [2, 1]
    assert asked('"khoa hoc cong nghe"') == asked('"khoa hoc cong nghe"', limit=1) == [1]
    assert asked("khoa-học-công-ngh") == [1]


def test_a_phrase_does_not_go_on_from_one_part_to_the_next_nor_inside_a_word() -> None:
    put(
        [
            leaflet(1, "Phát triển khoa học", text="công nghệ số"),
            leaflet(2, "khoa học công nghệm"),
            leaflet(3, "bách-khoa, học: «công nghệ»"),
        ]
    )
    assert asked('"khoa học công nghệ"') == asked('"học công nghệ"') == [3]
    assert asked('"phát triển khoa học"') == [1]
    assert asked("khoa-học-công-nghệ") == [3, 2]


def test_the_hits_of_a_phrase_stand_in_the_order_of_the_questions() -> None:
    put(
        [
            leaflet(1, "Tin", text="về khoa hoc cong nghe", day=9),
            leaflet(2, "khoa hoc công nghệ", day=8),
            leaflet(3, "Tin", attached="khoa học, công nghệ", day=7),
            leaflet(4, "Khoa học Công nghệ", day=1),
            leaflet(5, "Khoa học công nghệ", day=2),
            leaflet(6, "khoa học và công nghệ, học công, khoa học công, học công nghệ", day=6),
        ]
    )
    assert asked('"khoa học công nghệ"') == [5, 4, 3, 2, 1]
    assert asked('"khoa học công nghệ"', limit=3) == [5, 4, 3]
    assert asked('"khoa hoc cong nghe"') == [1, 2, 5, 4, 3]


def test_the_newest_with_a_phrase_are_found_behind_newer_ones_with_its_words_alone() -> None:
    apart = "khoa học công và học công nghệ và công nghệ mới"
    put(leaflet(number, apart if number % 3 else "khoa học công nghệ mới", day=number) for number in range(1, 29))
    assert asked('"khoa học công nghệ mới"', limit=2) == [27, 24]
    assert asked('"khoa học công nghệ mới"') == [27, 24, 21, 18, 15, 12, 9, 6, 3]


def test_what_has_the_same_sums_is_not_taken_for_the_phrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lantoa.search.lexemes._DIGITS", 0)
    put([leaflet(1, "khoa học công nghệ"), leaflet(2, "giữ gìn hòa bình hữu nghị")])
    assert asked('"khoa học công nghệ"') == [1]
    assert asked('"gìn hòa bình"') == asked('"giữ gìn hòa bình"') == [2]


def test_a_phrase_is_found_in_a_text_whose_sums_have_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "đổi mới khoa học công nghệ"
    kept = lexemes_of([], words_of("Tin"), [words_of(text)])
    without = sum(len(lexeme.encode()) for lexeme in kept if not lexeme.startswith("+"))
    monkeypatch.setattr("lantoa.search.lexemes.MOST_BYTES", without)
    put([leaflet(1, "Tin", text=text), leaflet(2, "Tin", text="khoa học công nghệ mới đổi")])
    assert all("'+' " in entry.vector for entry in SearchEntry.objects.all())
    assert asked('"đổi mới khoa học công nghệ"') == asked('"đổi mới khoa học"') == [1]
    assert asked('"khoa học công nghệ"') == [2, 1]


def test_the_days_are_not_walked_through_however_many_have_the_words() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_searchentry (kind, object_id, day, scope, attached, folded, vector) "
            "SELECT %s, number, DATE '2020-01-01' + number, '{at1}', '', '', "
            "CASE WHEN number %% 2 = 0 THEN $$'bien' 'gioi'$$::tsvector ELSE '' END "
            "FROM generate_series(1, 4000) AS number",
            [KIND],
        )
        cursor.execute("ANALYZE search_searchentry")
        with CaptureQueriesContext(connection) as asking:
            assert len(asked("bien gioi", limit=20)) == 20
        cursor.execute("SET LOCAL enable_seqscan = off")
        for query in asking.captured_queries:
            if "@@" in query["sql"]:
                cursor.execute(f"EXPLAIN {query['sql']}")
                assert "search_entry_day" not in "".join(line for (line,) in cursor.fetchall())


def test_the_migration_makes_of_an_entry_what_is_written_now() -> None:
    put(
        [
            leaflet(1, "Khoa học, công nghệ", number="57-NQ/TW", text="hoà bình, hoà bình\nhoà", attached="a b a b a"),
            leaflet(2, "Một"),
            leaflet(3, "", text="Đường Đi Đâu đó"),
        ]
    )
    written = {entry.pk: entry.vector for entry in SearchEntry.objects.all()}
    operations = import_module("lantoa.search.migrations.0003_threes").Migration.operations
    (change,) = (operation for operation in operations if isinstance(operation, RunSQL))
    with connection.cursor() as cursor:
        cursor.execute(str(change.reverse_sql))
        before = {entry.pk: entry.vector for entry in SearchEntry.objects.all()}
        assert all("@2026'" in vector and "q1" not in vector and "+" not in vector for vector in before.values())
        cursor.execute(str(change.sql))
    assert {entry.pk: entry.vector for entry in SearchEntry.objects.all()} == written


def test_a_word_is_taken_for_a_beginning_only_where_whole_words_fill_no_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put([leaflet(1, "Công nghệ"), leaflet(2, "Công nghiệp"), leaflet(3, "cong nghê")])
    assert asked("cong nghe") == [3, 1]
    assert asked("cong ngh") == [3, 2, 1]
    put([leaflet(4, "Công nghế nghét")])
    assert asked("cong nghe") == [4, 3, 1]
    put([leaflet(5, "Công nghét")])
    assert asked("cong nghe") == [4, 3, 1, 5]
    monkeypatch.setattr("lantoa.search.finding.ENOUGH", 3)
    assert asked("cong nghe") == [4, 3, 1]


def test_another_text_takes_the_place_of_the_old_one() -> None:
    put([leaflet(1, "Biên giới", attached="suối rừng")])
    assert attached_of(KIND, 1) == "suối rừng"
    put([leaflet(1, "Hải đảo")])
    assert (asked("bien gioi"), asked("suoi rung"), asked("hai dao")) == ([], [], [1])
    assert (attached_of(KIND, 1), attached_of(KIND, 2)) == ("", "")


def test_a_very_long_text_is_cut() -> None:
    put([leaflet(1, "Dài", attached="từ " * LONGEST_ATTACHED)])
    assert len(attached_of(KIND, 1)) == LONGEST_ATTACHED


def test_a_search_may_be_narrowed_to_some_objects() -> None:
    put([leaflet(number, "Biên giới") for number in (1, 2, 3)])
    some = SearchEntry.objects.filter(object_id__gt=1).values("object_id")
    assert find(KIND, "bien gioi", scope=("at1",), among=some) == [3, 2]


@pytest.fixture
def leaflets(monkeypatch: pytest.MonkeyPatch) -> dict[int, str]:
    kept: dict[int, str] = {}
    monkeypatch.setattr(sources, "SOURCES", {})
    sources.register(
        sources.Source(KIND, lambda: sorted(kept), lambda ids: [leaflet(number, kept[number]) for number in ids])
    )
    return kept


def test_the_index_is_made_again_from_what_is_kept(leaflets: dict[int, str]) -> None:
    put([leaflet(1, "Cũ"), leaflet(900, "Đã xóa")])
    SearchEntry.objects.create(kind="poster", object_id=1, day=dt.date(2026, 1, 1), scope=[], vector=["x"])
    leaflets |= {number: f"Tờ gấp {number}" for number in range(1, 301)}
    assert sources.rebuild() == {KIND: 300}
    assert SearchEntry.objects.count() == 300
    assert asked("to gap 217") == [217]
    assert str(SearchEntry.objects.get(object_id=217)) == "leaflet 217"


@given(st.text(max_size=60))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_typed_or_stored_gives_an_answer(text: str) -> None:
    put([leaflet(1, text, text=text)])
    assert asked(text) in ([], [1])
    assert asked("xyzzy") == []


def test_words_of_three_byte_letters_fit_into_a_vector_that_a_backup_can_write_and_read() -> None:
    words = _wide_words()
    put([leaflet(1, "Biên giới", text="già làng", attached=" ".join(words)[:LONGEST_ATTACHED])])
    assert asked("biên giới") == asked("già làng") == asked(words[0]) == [1]
    assert asked(words[-1]) == []
    with connection.cursor() as cursor:
        with cursor.copy("COPY (SELECT vector FROM search_searchentry) TO STDOUT") as backup:
            written = [bytes(block) for block in backup]
        cursor.execute("CREATE TEMPORARY TABLE restored (vector tsvector) ON COMMIT DROP")
        with cursor.copy("COPY restored FROM STDIN") as restore:
            restore.write(b"".join(written))
        cursor.execute("SELECT count(*) FROM restored JOIN search_searchentry USING (vector)")
        assert cursor.fetchall() == [(1,)]


def _wide_words() -> list[str]:
    """More words than 200,000 characters hold, each of five letters that take three bytes."""
    letters = [chr(0x4E00 + number) for number in range(200)]
    return [letters[number // 200] * 4 + letters[number % 200] for number in range(40_000)]
