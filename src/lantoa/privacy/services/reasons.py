"""Why something is asked for or decided, as it is kept."""

from lantoa.kernel.vietnamese import normalise
from lantoa.privacy import errors

SHORTEST_REASON = 5


def stated(text: str, field: str = "reason") -> str:
    """The reason without needless spaces. Raises ReasonMissing."""
    found = normalise(text)
    if len(found) < SHORTEST_REASON:
        raise errors.ReasonMissing(field=field)
    return found
