"""`reindex`: the search index made again from what the apps keep."""

import argparse

from lantoa.config.cli.commands import Command, Result


def _reindex(options: argparse.Namespace) -> Result:
    from lantoa.search.sources import rebuild

    counts = rebuild()
    text = "\n".join(f"{kind}: {count} entries" for kind, count in counts.items())
    return Result(ok=True, text=text, data={"entries": counts})


COMMANDS = (
    Command(
        "reindex",
        "make the search index again from the register and its files",
        _reindex,
        details="Needed once after an upgrade that brings the index or changes it; pages may be used meanwhile.",
    ),
)
