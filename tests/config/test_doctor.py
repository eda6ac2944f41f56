"""`lantoa doctor` finds what is wrong and says what to do."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from lantoa.config import catalog, health
from lantoa.config.cli import doctor, main
from lantoa.config.cli.doctor import Check, Level
from lantoa.config.environment import MailServer
from lantoa.search.models import SearchEntry
from tests.directives.factories import make_directive
from tests.organizations.factories import make_unit

pytestmark = pytest.mark.django_db
STRONG = "kU3xv9-LqTz7mYb2HnRw5sPd8cJf4gA6eXoVi1tZuNQ_BhKMyW0"


def found(checks: Callable[[], Iterator[Check]]) -> dict[str, Check]:
    return {check.name: check for check in checks()}


@pytest.fixture
def production(settings: Settings) -> Settings:
    settings.ENVIRONMENT = replace(
        settings.ENVIRONMENT,
        debug=False,
        demo=False,
        https=True,
        secret_key=STRONG,
        mail_server=MailServer(host="mail.example.vn"),
    )
    return settings


def test_good_settings_need_no_advice(production: Settings) -> None:
    assert {check.level for check in found(doctor.check_settings).values()} == {Level.OK}


def test_weak_settings_are_named(production: Settings) -> None:
    weak = replace(production.ENVIRONMENT, secret_key="short", debug=True, demo=True, mail_server=MailServer())
    production.ENVIRONMENT = weak
    checks = found(doctor.check_settings)
    assert checks["secret"].level is Level.FAIL
    assert checks["debug"].level is Level.FAIL
    assert checks["demo"].level is Level.WARN
    assert checks["mail"].level is Level.WARN


def test_serving_without_https_is_a_warning(production: Settings) -> None:
    production.ENVIRONMENT = replace(production.ENVIRONMENT, https=False)
    assert found(doctor.check_settings)["https"].level is Level.WARN


def test_the_database_and_the_clock_are_well() -> None:
    checks = found(doctor.check_database)
    assert checks["database"].level is Level.OK
    assert checks["clock"].level is Level.OK


def test_an_old_database_and_a_wrong_clock_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    query = "SELECT 140012::int"
    monkeypatch.setattr(doctor, "VERSION", query)
    monkeypatch.setattr(doctor, "CLOCK", "SELECT clock_timestamp() - interval '2 minutes'")
    checks = found(doctor.check_database)
    assert checks["database"].level is Level.FAIL
    assert "14.12" in checks["database"].message
    assert checks["clock"].level is Level.FAIL


def test_missing_migrations_are_counted(client: Client) -> None:
    assert found(doctor.check_migrations)["migrations"].level is Level.OK
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'audit' AND name = '0001_initial'")
    assert found(doctor.check_migrations)["migrations"].level is Level.FAIL
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (503, {"database": "ok", "migrations": "pending"})


def test_more_connections_than_the_database_allows_are_found(
    production: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(doctor.check_connections)["connections"].level is Level.OK
    monkeypatch.setenv("LANTOA_WEB_PROCESSES", "40")
    check = found(doctor.check_connections)["connections"]
    assert check.level is Level.FAIL
    assert "max_connections" in check.advice


def test_a_queue_without_a_worker_and_with_old_jobs_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES"
            " ('default', 'a', 'todo'), ('default', 'b', 'failed') RETURNING id"
        )
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '1 hour'")
    checks = found(doctor.check_queue)
    assert checks["worker"].level is Level.FAIL
    assert checks["queue"].level is Level.WARN
    assert checks["failed jobs"].level is Level.WARN


def test_a_worker_at_work_is_seen() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert found(doctor.check_queue)["worker"].level is Level.OK


@pytest.mark.parametrize(
    ("free", "level"), [(500, Level.OK), (40, Level.WARN), (0.5, Level.FAIL)], ids=["much", "little", "none"]
)
def test_the_disk_is_measured(free: float, level: Level, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = SimpleNamespace(total=1000e9, used=0, free=free * 1e9)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage)
    assert found(doctor.check_disk)["disk"].level is level


def test_files_that_a_build_makes_are_missed(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEBUG = False
    settings.STATIC_ROOT = tmp_path
    monkeypatch.setattr(catalog, "is_current", lambda: False)
    checks = found(doctor.check_files)
    assert checks["catalogues"].level is Level.FAIL
    assert checks["static files"].level is Level.FAIL


def test_an_index_that_lacks_directives_is_found_and_made_again(capsys: pytest.CaptureFixture[str]) -> None:
    make_directive(make_unit())
    assert found(doctor.check_search)["search"].level is Level.OK
    SearchEntry.objects.all().delete()
    assert "lacks 1 entries" in found(doctor.check_search)["search"].message
    assert main(["reindex"]) == 0
    assert "directive: 1 entries" in capsys.readouterr().out
    assert found(doctor.check_search)["search"].level is Level.OK


def test_a_database_that_does_not_answer_is_a_failed_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "VERSION", "SELECT no_such_function()")
    monkeypatch.setattr(doctor, "CHECKS", (doctor.check_database,))
    (check,) = doctor.examine()
    assert (check.name, check.level) == ("database", Level.FAIL)


def test_the_command_ends_with_one_where_something_is_broken(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert {"name", "level", "message", "advice"} == set(answer["checks"][0])
    assert any(check["name"] == "worker" and check["level"] == "fail" for check in answer["checks"])


def test_health_needs_no_sign_in_and_no_https(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"database": "ok", "migrations": "ok"})
    assert "no-cache" in response["Cache-Control"]
    assert client.post("/healthz").status_code == 405


def test_health_says_when_the_database_is_gone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "MigrationRecorder", broken_recorder)
    assert client.get("/healthz").status_code == 503


def broken_recorder(given: object) -> object:
    """A recorder that meets a closed database."""
    from django.db import OperationalError

    message = "the connection is closed"
    raise OperationalError(message)
