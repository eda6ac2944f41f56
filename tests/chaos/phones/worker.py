"""One process of the chaos of the roll-call: reads numbers and lengths of series, answers each with a line of JSON.

`python -m tests.chaos.phones.worker SEED`. A series is so many examples that follow from the seed and its number.
Where the input ends or a signal says so, it stops after the step that it is at, and leaves nothing behind.
"""

import contextlib
import gc
import io
import json
import os
import queue
import random
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator

from benchmarks._campaigns import own_database
from lantoa.config.catalog import ensure_compiled


def main() -> None:
    """Answer until the input ends."""
    seed, stop, lines = int(sys.argv[1]), threading.Event(), queue.SimpleQueue[str]()
    _end_by(_leave)
    threading.Thread(target=_read, args=(lines,), daemon=True).start()
    with _ready():
        from tests.chaos.phones.machine import RollCall
        from tests.chaos.phones.world import Stopped, world

        def end(*_signal: object) -> None:
            stop.set()
            lines.put("")

        _end_by(end)  # the browser's driver does not outlive an exception in the middle of a step
        with world() as shared, contextlib.suppress(Stopped):
            RollCall.world, shared.stop = shared, stop
            gc.freeze()
            while (line := lines.get()) and not stop.is_set():
                number, length = map(int, line.split())
                shared.done.clear()
                shared.network.met.clear()
                begun = time.monotonic()
                failure = run_series(seed, number, length)
                done = shared.done + type(shared.done)({f"fate {fate}": n for fate, n in shared.network.met.items()})
                answer = {"number": number, "failure": failure, "seconds": time.monotonic() - begun, "done": done}
                print(json.dumps(answer), flush=True)


def _read(lines: "queue.SimpleQueue[str]") -> None:
    """Take the lines that come in. The input ends with whoever began this process, and then so does this process."""
    for line in sys.stdin:
        lines.put(line)
    os.kill(os.getpid(), signal.SIGTERM)


def _end_by(handler: "Callable[..., None] | signal.Handlers") -> None:
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, handler)


def _leave(*_signal: object) -> None:
    """End at once, and let nothing disturb that."""
    _end_by(signal.SIG_IGN)
    raise SystemExit(1)


def run_series(seed: int, number: int, length: int) -> str:
    """Try so many examples; the steps of the shortest that failed, and how; empty where all held."""
    from hypothesis import HealthCheck, Phase, settings
    from hypothesis import seed as seeded
    from hypothesis.stateful import run_state_machine_as_test

    from tests.chaos.phones.machine import RollCall

    class Series(RollCall):
        pass

    said = io.StringIO()
    wanted = settings(
        max_examples=length,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    machine = seeded(random.Random(f"{seed} {number}").getrandbits(64))(Series)
    try:
        with contextlib.redirect_stdout(said):
            run_state_machine_as_test(machine, settings=wanted)
    except Exception as error:  # noqa: BLE001 whatever it is, it is the failure that was looked for
        notes = "\n".join(getattr(error, "__notes__", []))
        return f"{said.getvalue()}\n{notes}\n{''.join(traceback.format_exception(error, limit=-6))}"[-12_000:]
    return ""


STEPS = 14


@contextlib.contextmanager
def _ready() -> Iterator[None]:
    """Django on a fresh database, as the tests see it, with the texts of today."""
    ensure_compiled()
    with own_database():
        from django.conf import settings
        from django.test.utils import setup_test_environment

        settings.STATIC_ROOT.mkdir(exist_ok=True)
        setup_test_environment(debug=False)
        yield


if __name__ == "__main__":
    main()
