"""What `lantoa demo` says and does around the story that it builds."""

import subprocess
import sys
from pathlib import Path

import pytest

from lantoa.config.cli import demo, main
from lantoa.config.cli.commands import CommandFailed
from lantoa.config.cli.demo import Progress


def test_progress_is_one_line_a_part_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress()
    for done in (0, 1, 2):
        progress("Đảng viên", done, 2)
    progress("Kế hoạch", 0, 0)
    progress.end()
    assert capsys.readouterr().err == "  Đảng viên …\n  Kế hoạch …\n"


def test_progress_is_a_bar_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress()
    progress.terminal = True
    progress("Đảng viên", 1, 2)
    progress.end()
    shown = capsys.readouterr().err
    assert " 50%  Đảng viên" in shown
    assert shown.count("█") == shown.count("░") == demo.BAR_WIDTH // 2
    assert shown.endswith("\n")


def test_a_database_of_ones_own_is_never_deleted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@elsewhere/theirs")
    monkeypatch.setenv("LANTOA_DEMO", "0")
    assert main(["demo", "--reset", "--build-only"]) == 1
    assert "DATABASE_URL" in capsys.readouterr().err


def test_a_reset_deletes_files_and_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("LANTOA_DATA_DIR", str(tmp_path))
    (tmp_path / "files").mkdir()
    demo._reset()
    assert not (tmp_path / "files").exists()


def test_the_welcome_names_a_sign_in_for_each_role() -> None:
    from lantoa.demonstration.staff import PASSWORD, SIGN_INS
    from lantoa.organizations.enums import Role

    text = demo._welcome(8102)
    assert "http://127.0.0.1:8102/" in text
    assert "http://muongso.localhost:8102/cong/" in text
    assert PASSWORD in text
    assert {account.role for account in SIGN_INS} == set(Role)
    assert all(account.username in text for account in SIGN_INS)


def test_a_web_server_that_ends_at_once_is_reported() -> None:
    with subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]) as process:
        with pytest.raises(CommandFailed, match="code 3"):
            demo._await_answer(process, 9)
        with pytest.raises(CommandFailed, match="code 3"):
            demo._wait(process)


def test_a_web_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "START_SECONDS", 0.5)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        with pytest.raises(CommandFailed, match="did not answer"):
            demo._await_answer(process, 9)
        demo._stop(process)
        assert process.poll() is not None


def test_a_process_that_does_not_want_to_stop_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "STOP_SECONDS", 0.5)
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); signal.pause()"
    with subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        demo._stop(process)
        assert process.returncode == -9
