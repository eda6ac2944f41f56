"""What a person must be to be registered, whoever brings them: a form, an import, the demonstration."""

import re
import uuid
from dataclasses import dataclass

from lantoa.kernel import clock
from lantoa.organizations.enums import Standing
from lantoa.organizations.models import Sector, Unit

FIRST_YEAR = 1900
YOUNGEST = 16
NAME_LENGTH = 120
CODE_LENGTH = 30
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’\-\u0300-\u036f])*")


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPerson:
    """A person to be registered. `client_id` makes a repeat harmless; without one each call registers anew."""

    full_name: str
    standing: Standing
    unit: Unit
    birth_year: int | None = None
    village: str = ""
    code: str = ""
    is_manager: bool = False
    sector: Sector | None = None
    client_id: uuid.UUID | None = None


def latest_birth_year() -> int:
    """The last plausible year of birth of a member or a cadre."""
    return clock.today().year - YOUNGEST


def is_name(text: str) -> bool:
    """Whether `text` can be a person's name: letters, with spaces, points, apostrophes and hyphens between them."""
    return len(text) <= NAME_LENGTH and _NAME.fullmatch(text) is not None
