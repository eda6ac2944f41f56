"""Debian's nginx with the configuration that we ship, before `lantoa serve` and an embedded PostgreSQL."""

import contextlib
import datetime as dt
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPMessage, HTTPSConnection
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection

from lantoa.config.backup.programs import Database, dump_program, restore_program
from lantoa.config.embedded import embedded_database_url, release_embedded_database, remove_embedded_database
from tests.e2e.installation import STOP_SECONDS, await_answer
from tests.ports import free_ports

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "deploy"
HOST = "lantoa.example.vn"
PATIENCE = 60
SHOWN_APPS = {"ui", "portal", "visits"}


class Answer(NamedTuple):
    """What a reader got."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def came(self) -> str:
        """From where it came: MISS, HIT, STALE or another word of nginx."""
        return self.headers.get("X-Cache-Status", "")


@dataclass
class Site:
    """An installation in one folder, and the proxy before it."""

    folder: Path
    ports: list[int] = field(default_factory=lambda: free_ports(3))
    web: "subprocess.Popen[bytes] | None" = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def variables(self) -> dict[str, str]:
        ours = ("LANTOA_", "SLIPCOVER_", "DJANGO_", "DATABASE_URL")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return {
            **kept,
            "LANTOA_DATA_DIR": str(self.data),
            "LANTOA_HOSTS": f"{HOST},127.0.0.1",
            "LANTOA_SECRET_KEY": "only-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz",
            "LANTOA_POOL_SIZE": "4",
        }

    def start(self) -> None:
        """Start the application, which starts its database."""
        port = self.ports[0]
        self.web = subprocess.Popen([*LANTOA, "serve", "--port", str(port)], env=self.variables, cwd=ROOT)
        await_answer(self.web, port)

    def stop(self) -> None:
        """Stop the application; the database stops with the last one who uses it."""
        assert self.web is not None
        self.web.terminate()
        self.web.wait(STOP_SECONDS)
        self.web = None

    def run(self, *words: str) -> str:
        """What a command says that runs in this installation."""
        command = [sys.executable, "-m", *words]
        done = subprocess.run(command, env=self.variables, cwd=ROOT, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, address: str, method: str = "GET", **headers: str) -> Answer:
        """What nginx answers."""
        trusting = ssl.create_default_context(cafile=self.folder / "cert.pem")
        trusting.check_hostname = False
        asked = HTTPSConnection("127.0.0.1", self.ports[1], timeout=PATIENCE, context=trusting)
        with contextlib.closing(asked):
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            asked.request(method, address, headers={"Host": HOST, **named})
            answer = asked.getresponse()
            return Answer(answer.status, answer.headers, answer.read())


LANTOA = [sys.executable, "-m", "lantoa"]


@contextlib.contextmanager
def installed(folder: Path) -> Iterator[Site]:
    """An empty, migrated installation behind nginx, not started yet."""
    site = Site(folder)
    site.data.mkdir()
    _copy_database(site.data / "postgres")
    unneeded = [path.name for path in (ROOT / "src/lantoa").glob("*/static/*") if path.name not in SHOWN_APPS]
    ignored = [f"--ignore={name}" for name in (*unneeded, "wagtail*", "mfa", "account")]
    site.run("lantoa", "manage", "collectstatic", "--noinput", "--verbosity", "0", *ignored)
    try:
        with _nginx(site):
            yield site
    finally:
        if site.web is not None:
            site.stop()
        remove_embedded_database(site.data / "postgres")


def _copy_database(folder: Path) -> None:
    """The tables of the test's own database in an embedded one: cheaper than to migrate."""
    source = Database.of(connection.settings_dict)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        (server,) = cursor.fetchone()
    dump, dumped = dump_program(server), folder.parent / "tables.dump"
    url = embedded_database_url(folder)
    try:
        subprocess.run([dump.path, "--format=custom", "--file", dumped, source.address], check=True)
        restore = restore_program(server, dump.major)
        subprocess.run([restore.path, "--no-owner", "--dbname", url, dumped], check=True)
    finally:
        release_embedded_database(folder)


@contextlib.contextmanager
def _nginx(site: Site) -> Iterator[None]:
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert program, "nginx is missing. Install it:  sudo apt-get install -y nginx-light"
    command = [program, "-c", str(_configured(site)), "-e", str(site.folder / "error.log")]
    tested = subprocess.run([*command, "-t"], check=False, capture_output=True, text=True)
    assert tested.returncode == 0, tested.stderr
    process = subprocess.Popen(command)
    try:
        _await_port(process, site.ports[1])
        yield
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _configured(site: Site) -> Path:
    """What docs/operations.md tells an administrator to install and to set, in a folder of ours."""
    folder = site.folder
    (folder / "snippets").mkdir()
    (folder / "share").mkdir()
    shutil.copy(DEPLOY / "nginx-proxy.conf", folder / "snippets/lantoa-proxy.conf")
    shutil.copy(DEPLOY / "nginx-copies.conf", folder / "snippets/lantoa-copies.conf")
    shutil.copy(DEPLOY / "nginx-unavailable.html", folder / "share/lantoa-unavailable.html")
    _write_certificate(folder)
    web, tls, plain = site.ports
    wanted = {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{web};",
        "/var/lib/nginx/lantoa": f"{folder}/copies",
        "/usr/share/lantoa": f"{folder}/share",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl": f"listen 127.0.0.1:{tls} ssl",
        "listen [::]:80;": "",
        "listen [::]:443 ssl http2;": "",
        "/etc/letsencrypt/live/lantoa.example.vn/fullchain.pem": f"{folder}/cert.pem",
        "/etc/letsencrypt/live/lantoa.example.vn/privkey.pem": f"{folder}/key.pem",
    }
    text = (DEPLOY / "nginx.conf").read_text()
    for shipped, ours in wanted.items():
        assert shipped in text, shipped
        text = text.replace(shipped, ours)
    (folder / "lantoa").write_text(text)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    keeper = "user root;\n" if os.geteuid() == 0 else ""
    main = folder / "nginx.conf"
    main.write_text(
        f"{keeper}daemon off;\npid {folder}/nginx.pid;\nevents {{}}\nhttp {{\ninclude /etc/nginx/mime.types;\n"
        f"access_log off;\n{temporary}include {folder}/lantoa;\n}}\n"
    )
    return main


def _write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(private)
    (folder / "cert.pem").write_bytes(certificate.public_bytes(pem))


def _await_port(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = process.wait(0.05)
            message = f"nginx ended with code {code}."
            raise RuntimeError(message)
    message = f"nginx did not listen within {PATIENCE} seconds."
    raise TimeoutError(message)


def written(site: Site) -> dict[str, str]:
    """The addresses of a portal that was written into the installation."""
    places: dict[str, str] = json.loads(site.run("tests.portal.proxy.content"))
    return places
