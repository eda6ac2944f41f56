"""What every change of units cites."""

import datetime as dt
from dataclasses import dataclass

from lantoa.kernel.vietnamese import normalise
from lantoa.organizations import errors


@dataclass(frozen=True, slots=True)
class Decision:
    """What ordered a change of units: number, date, body."""

    number: str
    date: dt.date
    body: str

    def checked(self) -> "Decision":
        """The same without needless spaces. Raises DecisionMissing where the number or the body is empty."""
        found = Decision(normalise(self.number), self.date, normalise(self.body))
        for field, text in (("decision_number", found.number), ("decision_body", found.body)):
            if not text:
                raise errors.DecisionMissing(field=field)
        return found
