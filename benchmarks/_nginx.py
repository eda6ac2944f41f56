"""Debian's nginx before the server, with the configuration that we ship but for its ports, folders and TLS."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks._stack import STARTS_WITHIN, Server

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
_SHIPPED = {
    r"server 127\.0\.0\.1:8000;": "server 127.0.0.1:{web};",
    r"/var/lib/nginx/lantoa": "{folder}/copies",
    r"/usr/share/lantoa": "{folder}/share",
    r"listen 80;": "listen 127.0.0.1:{unused};",
    r"listen 443 ssl http2;": "listen 127.0.0.1:{port};",
    r"listen \[::\]:\S+.*;": "",
    r"ssl_\w+ .*;": "",
}
"""What stands in the configuration, and what is measured instead."""


def program() -> str | None:
    """Where nginx is; None where the machine has none."""
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


@contextmanager
def before(server: Server, folder: Path) -> Iterator[Server]:
    """The proxy, once it listens, with no copy yet. Raises RuntimeError where it does not start."""
    folder.mkdir()
    port, unused = _free_ports()
    main = _configured(folder, {"web": server.port, "port": port, "unused": unused, "folder": folder})
    process = subprocess.Popen([program() or "nginx", "-c", str(main), "-e", str(folder / "error.log")])  # noqa: S603
    try:
        _wait_for(process, port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _configured(folder: Path, ours: dict[str, object]) -> Path:
    (folder / "snippets").mkdir()
    (folder / "share").mkdir()
    for name in ("proxy", "copies"):
        shutil.copy(DEPLOY / f"nginx-{name}.conf", folder / f"snippets/lantoa-{name}.conf")
    text = (DEPLOY / "nginx.conf").read_text()
    for shipped, replacement in _SHIPPED.items():
        text, times = re.subn(shipped, replacement.format(**ours), text)
        if not times:
            raise RuntimeError(f"deploy/nginx.conf has no {shipped}")
    (folder / "lantoa").write_text(text)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    keeper = "user root;\n" if os.geteuid() == 0 else ""
    main = folder / "nginx.conf"
    main.write_text(
        f"{keeper}daemon off;\npid {folder}/nginx.pid;\nevents {{}}\nhttp {{\ninclude /etc/nginx/mime.types;\n"
        f"access_log off;\nkeepalive_requests 10000000;\n{temporary}include {folder}/lantoa;\n}}\n"
    )
    return main


def _free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"nginx does not listen (code {process.poll()})")
