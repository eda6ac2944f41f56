"""What the page of a unit's cards sends."""

import re
from dataclasses import dataclass

from django.http import QueryDict

from lantoa.organizations.forms.persons import ExportForm

_ROW = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")
MOST_ROWS = 1000


class CardsForm(ExportForm):
    """Why cards are printed."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["purpose"].widget.attrs["rows"] = 2


@dataclass(frozen=True)
class Ticked:
    """The people who were ticked, and the good cards that they had when the page was shown."""

    persons: frozenset[int]
    cards: frozenset[int]


def read_ticked(posted: QueryDict) -> Ticked:
    """Who was ticked; what is no tick of the page is passed over."""
    found = [read for text in posted.getlist("rows")[:MOST_ROWS] if (read := _ROW.fullmatch(text))]
    return Ticked(frozenset(int(read[1]) for read in found), frozenset(int(read[2]) for read in found) - {0})
