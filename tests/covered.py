"""What the tests reached: `python -m tests.covered FILE...`, over the files in which slipcover wrote what it saw.

Says the share of all lines and branches. Ends with 1, and names what was missed, where that share is too small or where
a service or a policy was not reached whole.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from slipcover import merge_coverage

ENOUGH = 95
WHOLE = ("*/services.py", "*/services/*.py", "*/policies.py", "*/policies/*.py")


def main(files: list[str]) -> int:
    """Print the share and what lacks; the exit code."""
    seen: dict[str, Any] = json.loads(Path(files[0]).read_text())
    for file in files[1:]:
        merge_coverage(seen, json.loads(Path(file).read_text()))
    share = seen["summary"]["percent_covered"]
    print(f"coverage of lines and branches: {share:.2f} %")
    lacking = list(missed(seen["files"], everything=share < ENOUGH))
    print("\n".join(lacking) or "services and policies are covered whole")
    return int(bool(lacking))


def missed(files: dict[str, Any], *, everything: bool) -> Iterator[str]:
    """A line for each file with something missed: each file that must be reached whole, or simply each."""
    for name, file in sorted(files.items()):
        lines = [str(line) for line in file["missing_lines"]]
        branches = [f"{start}→{'end' if end == 0 else end}" for start, end in file["missing_branches"]]
        is_wanted = everything or any(PurePath(name).match(pattern) for pattern in WHOLE)
        if is_wanted and (lines or branches):
            yield f"{name}: missed {', '.join([*lines, *branches])}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
