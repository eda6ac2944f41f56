"""The demonstration holds the district's published figures, and its kept coverage agrees with a recount."""

import json
from collections.abc import Iterator

import psycopg
import pytest

from lantoa.demonstration.staff import SIGN_INS
from lantoa.organizations.enums import Role
from tests.demonstration.database import Demonstration, run

pytestmark = pytest.mark.xdist_group("e2e")
Row = tuple[object, ...]


@pytest.fixture(scope="module")
def district(demonstration: Demonstration) -> Iterator["psycopg.Connection[Row]"]:
    """A connection to the demonstration's database that can only read."""
    with psycopg.connect(demonstration.url, options="-c timezone=Asia/Ho_Chi_Minh") as connection:
        connection.read_only = True
        yield connection


def number(district: "psycopg.Connection[Row]", query: str) -> int:
    found = district.execute(query.encode()).fetchone()
    assert found is not None
    return int(str(found[0]))


def words(district: "psycopg.Connection[Row]", query: str) -> set[str]:
    return {str(row[0]) for row in district.execute(query.encode())}


@pytest.mark.parametrize(
    ("what", "published", "query"),
    [
        (
            "administrative units",
            17,
            (
                "SELECT count(*) FROM organizations_unit u JOIN organizations_unit d ON d.id = u.parent_id "
                "WHERE u.tree = 'administrative' AND d.code = '109'"
            ),
        ),
        (
            "grassroots organisations",
            62,
            (
                "SELECT count(*) FROM organizations_unit u JOIN organizations_unit d ON d.id = u.parent_id "
                "WHERE d.kind = 'district_committee'"
            ),
        ),
        (
            "cells of the office block",
            21,
            (
                "SELECT count(*) FROM organizations_unit c JOIN organizations_unit u ON u.id = c.parent_id "
                "WHERE c.kind = 'cell' AND u.kind = 'grassroots_committee'"
            ),
        ),
        (
            "cells of communes and the town",
            251,
            (
                "SELECT count(*) FROM organizations_unit c JOIN organizations_unit u ON u.id = c.parent_id "
                "WHERE c.kind = 'cell' AND u.kind = 'commune_committee'"
            ),
        ),
        (
            "members",
            3_517,
            (
                "SELECT count(DISTINCT person_id) FROM organizations_membership "
                "WHERE standing IN ('full', 'probationary') AND period @> current_date"
            ),
        ),
    ],
)
def test_the_district_is_as_it_was_published(
    district: "psycopg.Connection[Row]", what: str, published: int, query: str
) -> None:
    assert number(district, query) == published, what


def test_it_has_grassroots_cells_and_cadres_who_are_not_members(district: "psycopg.Connection[Row]") -> None:
    grassroots_cells = (
        "SELECT count(*) FROM organizations_unit u JOIN organizations_unit d ON d.id = u.parent_id "
        "WHERE u.kind = 'grassroots_cell' AND d.kind = 'district_committee'"
    )
    assert number(district, grassroots_cells)
    assert number(district, "SELECT count(*) FROM organizations_membership WHERE standing = 'cadre'")


def test_every_role_has_somebody_who_can_sign_in(district: "psycopg.Connection[Row]") -> None:
    assert {wanted.role for wanted in SIGN_INS} == set(Role)
    appointed = words(
        district,
        "SELECT username || ' ' || role FROM organizations_appointment JOIN organizations_person p ON p.id = person_id "
        "JOIN accounts_user u ON u.id = p.user_id WHERE period @> current_date",
    )
    assert {f"{wanted.username} {wanted.role}" for wanted in SIGN_INS} <= appointed


def test_it_feels_lived_in(district: "psycopg.Connection[Row]") -> None:
    assert words(district, "SELECT state FROM plans_campaign") == {"draft", "running", "finished"}
    plans = "SELECT p.state FROM plans_plan p JOIN plans_campaign c ON c.id = campaign_id WHERE c.state = 'running'"
    assert {"returned", "submitted", "running"} <= words(district, plans)
    assert words(district, "SELECT kind FROM study_sessions_studysession") == {"first", "make_up"}
    late = "SELECT count(*) FROM plans_plan WHERE state IN ('draft', 'returned') AND due_on < current_date"
    assert number(district, late)


@pytest.mark.parametrize(
    ("what", "wanted", "query"),
    [
        (
            "articles, each with tags and somebody who answers for it: sixty, four of the commune, two shared with it",
            66,
            (
                "SELECT count(DISTINCT p.id) FROM wagtailcore_page p JOIN portal_articlepage a ON a.page_ptr_id = p.id "
                "JOIN portal_articleauthor w ON w.article_id = p.id JOIN portal_articletag t "
                "ON t.content_object_id = p.id WHERE live AND first_published_at <= now()"
            ),
        ),
        ("sections", 8, "SELECT count(*) FROM portal_sectionpage JOIN wagtailcore_page ON id = page_ptr_id WHERE live"),
        (
            "documents with a summary of their own or one to be studied",
            40,
            (
                "SELECT count(*) FROM portal_publicdocument p JOIN directives_directive d ON d.id = p.directive_id "
                "WHERE withdrawn_at IS NULL AND (abstract = '') <> EXISTS "
                "(SELECT 1 FROM directives_directive_files f WHERE f.directive_id = d.id)"
            ),
        ),
        (
            "comments and questions that everybody reads",
            5,
            "SELECT count(*) FROM portal_contribution WHERE state = 'published' AND reach = ''",
        ),
        ("comments and questions that wait", 3, "SELECT count(*) FROM portal_contribution WHERE state = 'pending'"),
        ("articles that were rated", 4, "SELECT count(DISTINCT article_id) FROM portal_rating"),
        ("votes in the poll that runs", 56, "SELECT count(*) FROM portal_pollvote"),
        ("banners", 2, "SELECT count(*) FROM portal_banner"),
        ("highlights", 1, "SELECT count(*) FROM portal_highlight"),
        ("officers who can be asked", 3, "SELECT count(*) FROM portal_officer"),
        ("pictures that say what they show", 15, "SELECT count(*) FROM portal_picture WHERE length(description) > 20"),
        (
            "articles in another language that can be heard",
            1,
            "SELECT count(*) FROM portal_articlepage WHERE language <> 'vi' AND recording_id > 0 AND transcript > ''",
        ),
        (
            "views in all that are not the sum of their days",
            0,
            (
                "SELECT count(*) FROM visits_totalcount t WHERE views <> (SELECT sum(views) FROM visits_day d "
                "WHERE d.kind = t.kind AND d.object_id = t.object_id AND agent = 1)"
            ),
        ),
    ],
)
def test_the_portal_has_something_to_show(
    district: "psycopg.Connection[Row]", what: str, wanted: int, query: str
) -> None:
    assert number(district, query) == wanted, what


def test_every_figure_can_be_counted_again(demonstration: Demonstration, district: "psycopg.Connection[Row]") -> None:
    assert number(district, "SELECT count(*) FROM attendance_dirtymark") == 0
    counted = run(demonstration, "lantoa", "recount", "--json")
    assert counted.returncode == 0, counted.stdout + counted.stderr
    campaigns = json.loads(counted.stdout)["campaigns"]
    assert sum(campaign["rows"] > 0 for campaign in campaigns) == 2
    assert all(campaign["agrees"] for campaign in campaigns)


def test_a_second_start_keeps_what_stands(demonstration: Demonstration, district: "psycopg.Connection[Row]") -> None:
    marks = "SELECT count(*) FROM attendance_attendanceevent"
    before = number(district, marks)
    assert before
    assert run(demonstration, "lantoa", "demo", "--build-only").returncode == 0
    assert number(district, marks) == before
