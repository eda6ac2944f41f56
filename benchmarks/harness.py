"""What every measurement needs: repeated timing, and figures that read alike."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """How long one thing took, over its repetitions, in milliseconds."""

    name: str
    median: float
    p95: float
    runs: int

    def __str__(self) -> str:
        return f"{self.name:<44} median {self.median:9.2f} ms   p95 {self.p95:9.2f} ms   ({self.runs} runs)"


def measure(name: str, act: Callable[[], object], *, runs: int = 30, warm_up: int = 3) -> Timing:
    """Run `act` some times unmeasured and `runs` times measured; prints and returns the timing."""
    for _ in range(warm_up):
        act()
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        act()
        taken.append((time.perf_counter() - started) * 1000)
    taken.sort()
    timing = Timing(name, statistics.median(taken), taken[min(runs - 1, round(runs * 0.95))], runs)
    print(timing)
    return timing


def compare(name: str, value: float, base: float, *, limit: float | None = None) -> bool:
    """Print how many times `base` `value` is; False where that is more than `limit`."""
    ratio = value / base if base else float("inf")
    kept = limit is None or ratio <= limit
    verdict = "" if limit is None else f"   limit {limit:.2f}: {'kept' if kept else 'EXCEEDED'}"
    print(f"{name:<44} ratio {ratio:10.2f}{verdict}")
    return kept
