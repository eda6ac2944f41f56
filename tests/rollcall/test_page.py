"""The page that phones keep: the same for everybody, small, and new for them when anything of it changes."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.files.storage import FileSystemStorage
from django.test import Client
from pytest_django.fixtures import Settings

import lantoa
from lantoa.accounts.models import User
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment
from lantoa.rollcall import shell
from lantoa.rollcall.models import Provisioning
from lantoa.ui.storage import StaticStorage
from tests.attendance.factories import make_scene
from tests.organizations.factories import ALWAYS, make_unit, make_user

pytestmark = pytest.mark.django_db

SHELL = 60_000
STATIC = Path(lantoa.__file__).parent / "rollcall" / "static" / "rollcall"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def listed(script: str, name: str) -> list[str]:
    found = re.search(rf"const {name} = (\[.*?\]);", script)
    assert found
    return [str(address) for address in json.loads(found[1])]


def content(address: str) -> bytes:
    return Path(str(finders.find(address.removeprefix("/static/")))).read_bytes()


def test_the_page_is_the_same_for_everybody_and_sets_nothing(client: Client) -> None:
    user = make_user(Role.CLERK, make_unit())
    anonymous = client.get("/rollcall/")
    known = signed_in(user).get("/rollcall/")
    assert anonymous.content == known.content
    assert not anonymous.cookies
    assert user.username not in known.content.decode()
    assert client.get("/rollcall/", headers={"If-None-Match": anonymous["ETag"]}).status_code == 304


def test_its_policy_lets_files_of_ours_run_and_webassembly_and_nothing_else(client: Client) -> None:
    policy = client.get("/rollcall/")["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert rules["worker-src"] == rules["connect-src"] == rules["manifest-src"] == rules["style-src"] == "'self'"
    assert rules["default-src"] == "'none'"
    assert "wasm" not in client.get("/accounts/login/")["Content-Security-Policy"]


def test_the_worker_keeps_every_module_that_the_page_needs(client: Client) -> None:
    script = client.get("/rollcall/sw.js")
    assert script["Content-Type"].startswith("text/javascript")
    kept = set(listed(script.content.decode(), "SHELL"))
    page = client.get("/rollcall/").content.decode()
    assert set(re.findall(r'(?:href|src)="(/static/[^"#]+)"', page)) <= kept
    modules = {f"/static/rollcall/{path.name}" for path in STATIC.glob("*.js")}
    others = ("worker", "types", "detector", "wall", "server-time", "check-in")
    assert modules - kept == {f"/static/rollcall/{name}.js" for name in others}
    for address in kept:
        if address.endswith(".js"):
            imported = re.findall(r'^(?:import|export) [^;]*?"([./][^"]+)"', content(address).decode(), re.MULTILINE)
            folder = Path(address).parent
            assert {str(_plain(folder / name)) for name in imported} <= kept, address


def test_a_worker_that_is_a_module_can_send_by_itself(client: Client) -> None:
    plain, module = (client.get(f"/rollcall/sw.js{query}").content.decode() for query in ("", "?module"))
    assert "const send = null;" in plain
    assert "import" not in plain
    assert 'import { send } from "/static/rollcall/sync.js";' in module


def _plain(path: Path) -> Path:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)


def test_the_shell_keeps_its_budget(client: Client) -> None:
    kept = listed(client.get("/rollcall/sw.js").content.decode(), "SHELL")
    packed = {"Accept-Encoding": "gzip"}
    sent = [len(client.get(path, headers=packed).content) for path in ("/rollcall/", "/rollcall/sw.js")]
    assert sum(sent) + sum(len(gzip.compress(content(address))) for address in kept) <= SHELL


def test_whatever_changes_makes_another_version(client: Client, settings: Settings) -> None:
    settings.DEBUG = True
    before = client.get("/rollcall/sw.js").content.decode()
    settings.LANTOA_DEMO = not settings.LANTOA_DEMO
    after = client.get("/rollcall/sw.js").content.decode()
    assert before.splitlines()[0] != after.splitlines()[0]
    assert before.splitlines()[1:] == after.splitlines()[1:]


def test_a_language_has_a_version_of_its_own(client: Client) -> None:
    vietnamese = client.get("/rollcall/")
    client.cookies["django_language"] = "en"
    english = client.get("/rollcall/")
    assert vietnamese["ETag"] != english["ETag"]
    assert "Take the marks of this phone away" in english.content.decode()


def test_the_manifest_lets_a_phone_install_it(client: Client) -> None:
    manifest = json.loads(client.get("/rollcall/manifest.webmanifest").content)
    assert manifest["start_url"] == manifest["scope"] == "/rollcall/"
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        width = int.from_bytes(content(icon["src"])[16:20], "big")
        assert icon["sizes"] == f"{width}x{width}"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}


def test_modules_follow_their_hashed_names_through_all_imports(tmp_path: Path, settings: Settings) -> None:
    settings.DEBUG = False
    settings.STATIC_ROOT = tmp_path
    storage = StaticStorage(location=tmp_path, base_url="/static/")
    found: dict[str, tuple[FileSystemStorage, str]] = {}
    for path, source in AppDirectoriesFinder(app_names=["lantoa.ui", "lantoa.rollcall"]).list([]):
        with source.open(path) as file:
            storage.save(path, file)
        found[path] = (storage, path)
    assert not [result for _, _, result in storage.post_process(found) if isinstance(result, Exception)]
    (main,) = (tmp_path / "rollcall").glob("main.????????????.js")
    names = re.findall(r'from "\./([^"]+)"', main.read_text())
    assert len(names) > 5
    assert all((tmp_path / "rollcall" / name).exists() and re.search(r"\.[0-9a-f]{12}\.js$", name) for name in names)


def test_vendored_files_are_those_that_the_list_names() -> None:
    listed_files = dict(
        re.findall(r"\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|", (STATIC / "vendor" / "README.md").read_text())
    )
    files = [path for path in (STATIC / "vendor").iterdir() if path.suffix in {".js", ".wasm"}]
    assert listed_files == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_its_style_sheet_is_read_by_old_browsers() -> None:
    sheet = re.sub(r"/\*.*?\*/", "", (STATIC / "page.css").read_text(), flags=re.DOTALL)
    assert not re.search(r"@layer|@container|:has\(|[0-9][ds]v[hw]|color-mix|^\s*&", sheet, re.MULTILINE)
    assert "<dialog" not in shell.page()


def test_whoever_takes_one_roll_gets_a_code_for_this_browser() -> None:
    user = make_user(Role.CLERK, unit := make_unit())
    answer = signed_in(user).post("/rollcall/set-up/").json()
    made = Provisioning.objects.get(code_sha256=hashlib.sha256(answer["code"].encode()).hexdigest())
    assert (made.unit, made.user) == (unit, user)


def test_whoever_takes_several_says_which() -> None:
    first, second = make_unit(), make_unit()
    user = make_user(Role.CLERK, first)
    Appointment.objects.create(person=user.person, role=Role.CLERK, unit=second, period=ALWAYS)
    signed = signed_in(user)
    assert signed.post("/rollcall/set-up/").json() == {"units": [[first.pk, first.name], [second.pk, second.name]]}
    assert "code" in signed.post("/rollcall/set-up/", {"unit": second.pk}).json()
    assert Provisioning.objects.get().unit == second


@pytest.mark.parametrize("asked", ["", "other", "x", "9" * 30])
def test_a_unit_of_somebody_else_is_refused(asked: str) -> None:
    other = make_unit()
    user = make_user(Role.VIEWER if not asked else Role.CLERK, make_unit())
    unit = str(other.pk) if asked == "other" else asked
    answer = signed_in(user).post("/rollcall/set-up/", {"unit": unit})
    assert answer.status_code == 403
    assert answer.json()["refusal"] == "not_permitted"
    assert not Provisioning.objects.exists()


def test_the_roll_and_the_session_lead_there() -> None:
    scene = make_scene()
    clerk = signed_in(User.objects.get(person=scene.clerk.person_id))
    page = clerk.get(f"/sites/{scene.site.pk}/roll/").content.decode()
    assert f'href="/rollcall/#site={scene.site.pk}&amp;unit={scene.site.unit_id}"' in page
    assert 'href="/rollcall/"' in clerk.get(f"/sessions/{scene.site.session_id}/").content.decode()
