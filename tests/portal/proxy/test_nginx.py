"""The portal goes on being read while the application and the database are stopped."""

import base64
import hashlib
import re
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from lantoa.portal.serving.rules import rule_of
from tests.portal.proxy.nginx import DEPLOY, PATIENCE, Answer, Site, installed, written
from tests.portal.proxy.test_rules import PUBLIC

pytestmark = pytest.mark.django_db
UNCOUNTED = {"download", "beacon", "unread"}
CONFIGURATION = (DEPLOY / "nginx.conf").read_text()


def eventually(ask: Callable[[], Answer], is_wanted: Callable[[Answer], bool]) -> Answer:
    """The first answer that is wanted: a copy grows old by the clock alone."""
    deadline, pause = monotonic() + PATIENCE, threading.Event()
    while not is_wanted(answer := ask()):
        assert monotonic() < deadline, (answer.status, answer.came)
        pause.wait(0.25)
    return answer


def test_pages_are_read_while_the_application_and_the_database_are_stopped(tmp_path: Path) -> None:
    with installed(tmp_path) as site:
        places = written(site)
        site.start()
        read = {name: place for name, place in places.items() if name not in UNCOUNTED}
        seen = {name: site.ask(place) for name, place in read.items()}
        assert {name: answer.status for name, answer in seen.items()} == dict.fromkeys(read, 200)
        again = {name: site.ask(place) for name, place in read.items()}
        assert {name: answer.came for name, answer in again.items()} == dict.fromkeys(read, "HIT")
        _what_is_counted_is_never_a_copy(site, places)

        site.stop()
        _is_stopped(site)
        assert {name: site.ask(place).body for name, place in read.items()} == {n: a.body for n, a in seen.items()}
        eventually(lambda: site.ask("/cong/"), lambda answer: answer.came == "STALE")
        for name, place in read.items():
            answer = site.ask(place, Accept_Encoding="br, gzip;q=0")
            assert (answer.status, answer.body) == (200, seen[name].body), name
            assert site.ask(place, If_None_Match=answer.headers["ETag"]).status == 304, name
            assert site.ask(place, "HEAD").status == 200, name
        _what_nobody_read_says_so(site, places)

        site.start()
        site.run("tests.portal.proxy.content", places["article"])
        changed = eventually(lambda: site.ask(places["article"]), lambda answer: "làm cầu" in answer.body.decode())
        assert changed.headers["ETag"] != seen["article"].headers["ETag"]
        eventually(lambda: site.ask("/cong/"), lambda answer: "làm cầu" in answer.body.decode())
        eventually(lambda: site.ask(places["beside"]), lambda answer: answer.status == 404)
        assert "Chưa ai đọc" in site.ask(places["unread"]).body.decode()

        site.stop()
        eventually(lambda: site.ask("/cong/"), lambda answer: answer.came == "STALE")
        assert site.ask(places["beside"]).status == 404
        assert "làm cầu" in site.ask(places["article"]).body.decode()


def _what_is_counted_is_never_a_copy(site: Site, places: dict[str, str]) -> None:
    for name in ("download", "beacon"):
        for _ in range(2):
            answer = site.ask(places[name])
            assert (answer.status, answer.came) == (200, ""), name
    assert site.ask(places["beacon"], "POST").status == 204
    assert site.ask("/accounts/login/").came == ""
    # A parameter that no page knows makes no copy of its own, and none can be put in the place of another page.
    assert site.ask("/cong/?fbclid=x").came == "HIT"
    assert site.ask("/cong/tin-tuc/?p%61ge=2").body == site.ask("/cong/tin-tuc/").body
    assert site.ask("/cong/van-ban/?kind=plan").body != site.ask(places["documents"]).body


def _what_nobody_read_says_so(site: Site, places: dict[str, str]) -> None:
    for place in (places["unread"], "/accounts/login/"):
        answer = site.ask(place)
        assert answer.status == 503
        assert "Trang này tạm thời chưa xem được" in answer.body.decode()
        assert answer.headers["Retry-After"] == "60"
        assert answer.headers["Cache-Control"] == "no-store"
    dot = site.ask(places["beacon"])
    assert (dot.status, dot.headers["Content-Type"]) == (200, "image/gif")
    assert site.ask(places["beacon"], "POST").status == 204


def _is_stopped(site: Site) -> None:
    """Nobody listens where the database did: its lock is free, and no server answers."""
    pid = (site.data / "postgres").resolve() / "postmaster.pid"
    assert not pid.exists()


def test_what_may_not_be_kept_has_a_place_of_its_own_in_the_configuration() -> None:
    """A lock that waits for a copy would let readers of a form wait for each other."""
    found = re.search(r"location ~ (\^/cong/\S+) \{(.*?)\n    \}", CONFIGURATION, re.DOTALL)
    assert found
    assert "lantoa-copies" not in found[2]
    for place, each in PUBLIC:
        address = "/" + re.sub(r"<int:\w+>|<slug:\w+>", "1", place)
        is_apart = re.match(found[1], address) is not None
        assert is_apart == (rule_of(each.callback) is None), place


def test_the_configuration_knows_the_parameters_that_the_pages_know() -> None:
    found = re.search(r"\(\?:\^\|&\)\(\?:([\w|]+)\)=", CONFIGURATION)
    assert found
    rules = [rule for _place, each in PUBLIC if (rule := rule_of(each.callback))]
    assert set(found[1].split("|")) == set().union(*(rule.parameters for rule in rules))


def test_the_page_for_when_nothing_answers_shows_in_its_own_style() -> None:
    page = (DEPLOY / "nginx-unavailable.html").read_text()
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style
    assert f"'sha256-{base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()}'" in CONFIGURATION
    assert "http" not in page
