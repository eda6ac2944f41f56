"""Acts that race each other in real transactions."""

import threading
from collections.abc import Callable

from django.db import connection

from lantoa.kernel.refusals import Refusal


def run_at_once(*acts: Callable[[], object]) -> list[BaseException | None]:
    """Each act in a thread and a connection of its own, all released together; what each of them raised."""
    gate = threading.Barrier(len(acts))
    outcomes: list[BaseException | None] = [None] * len(acts)

    def run(position: int, act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
        except Refusal as refusal:
            outcomes[position] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
