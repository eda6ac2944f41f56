"""One guarded process of a chaos: reads numbers of files from its input, and answers each with a line of JSON.

Memory is limited by the system: what a file takes beyond it ends in an error or in the end of this process, and whoever
watches takes either for a failure. `python -m tests.chaos.worker SEED` reads alone; with a database's name behind it
the files are imported there as well.
"""

import gc
import json
import resource
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings

from tests.chaos.files import MadeFile, made_file
from tests.chaos.reading import outcome_of

MEMORY_LIMIT = 1_000_000_000
"""Bytes that one file may take beyond what the process takes by itself."""
SECONDS_LIMIT = 10.0
"""Seconds of the processor that one file may take to be read."""
IMPORT_LIMIT = 60.0
"""The same for one that is imported, shown on every page, applied and taken back: it may be a full list."""


def main() -> None:
    """Answer until the input ends."""
    seed = int(sys.argv[1])
    act: Callable[[MadeFile], str] = _read
    limit = SECONDS_LIMIT
    if sys.argv[2:]:
        django.setup()
        from tests.chaos.importing import importer_of

        act, limit = importer_of(sys.argv[2]), IMPORT_LIMIT
    else:
        settings.configure(USE_I18N=False)  # readers need no more of Django, and begin three times as fast
    gc.freeze()
    for line in sys.stdin:
        made = made_file(seed, int(line))
        print(json.dumps({"made": [made.kind, made.change]}), flush=True)
        print(json.dumps(answer_to(made, act, limit)), flush=True)


def answer_to(made: MadeFile, act: Callable[[MadeFile], str], limit: float = SECONDS_LIMIT) -> dict[str, object]:
    """What became of a file: its outcome or the failure, and what it took."""
    begun, before = time.process_time(), _memory()
    _forget_peak()
    _limit_memory(before["VmSize"] + MEMORY_LIMIT)
    failure = outcome = ""
    try:
        outcome = act(made)
    except BaseException:  # noqa: BLE001 a panic of the reader in Rust is no Exception, and it is what we look for
        failure = traceback.format_exc(limit=-12)[-6_000:]
    _limit_memory(resource.RLIM_INFINITY)
    taken = time.process_time() - begun
    if taken > limit:
        failure = failure or f"{taken:.1f} s of the processor"
    peak = max(0, _memory()["VmHWM"] - before["VmRSS"])
    return {
        "outcome": outcome,
        "failure": failure,
        "seconds": round(taken, 4),
        "memory": peak,
        "size": len(made.content),
    }


def _read(made: MadeFile) -> str:
    return outcome_of(made.kind, made.content)


def _limit_memory(limit: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))


def _memory() -> dict[str, int]:
    """Bytes of memory of this process, as the system counts them."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    told = (line.split() for line in lines if line.startswith("Vm"))
    return {name.rstrip(":"): int(size) * 1024 for name, size, _unit in told}


def _forget_peak() -> None:
    """Let the system count the highest memory from here on."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


if __name__ == "__main__":
    main()
