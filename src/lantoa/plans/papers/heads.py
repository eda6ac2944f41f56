"""Who issues a document, from where, and who signs it, in the words of official documents."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lantoa.organizations.enums import Tree, UnitKind
from lantoa.organizations.models import Unit
from lantoa.plans.models import Campaign, CampaignUnit
from lantoa.typesetting.papers import Head, Nation, Signature

_BODIES = (
    (re.compile(r"^Đảng bộ tỉnh\b", re.IGNORECASE), "Tỉnh ủy"),
    (re.compile(r"^Đảng bộ thành phố\b", re.IGNORECASE), "Thành ủy"),
    (re.compile(r"^Đảng bộ huyện\b", re.IGNORECASE), "Huyện ủy"),
    (re.compile(r"^Đảng bộ\b", re.IGNORECASE), "Đảng ủy"),
)
_PLACE = re.compile(
    r"\b(?:(?:tỉnh|huyện|thành) ủy|xã|phường|thị trấn|đặc khu|huyện|thị xã|thành phố|quận|tỉnh) (?P<place>.+)$",
    re.IGNORECASE,
)
_OFFICE = re.compile(r"^(?:Phó |Quyền )?(?:Bí thư|Chủ tịch|Trưởng)\b", re.IGNORECASE)
_CELLS = frozenset({UnitKind.CELL, UnitKind.GRASSROOTS_CELL})


@dataclass(frozen=True)
class Issuer:
    """The body that issues the unit's documents, with the name of its day: a committee signs, not an organisation."""

    unit: Unit
    body: str
    superior: str
    place: str

    @property
    def nation(self) -> Nation:
        """The Party's head for its own tree; the state's for every other."""
        return Nation.PARTY if self.unit.tree == Tree.PARTY else Nation.STATE

    @property
    def is_cell(self) -> bool:
        """Whether nothing stands below it."""
        return self.unit.kind in _CELLS

    @property
    def on_behalf(self) -> str:
        """On whose behalf its documents are signed."""
        if self.nation is Nation.STATE:
            return "TM. Ủy ban nhân dân" if self.unit.tree == Tree.ADMINISTRATIVE else "TM. Ban Thường vụ"
        return "T/M Chi bộ" if self.is_cell else "T/M Ban Thường vụ"

    def head(self, *, number: str, issued_on: dt.date | None, subject: str = "") -> Head:
        """The head of one of its documents."""
        return Head(
            nation=self.nation,
            superior=self.superior,
            issuer=self.body,
            number=number,
            subject=subject,
            place=self.place,
            issued_on=issued_on,
        )

    def signature(self, signer: str = "") -> Signature:
        """The place to sign. `signer` is as typed when the document was issued: office and name, parted by commas, or
        either of them; nothing is added that it does not say."""
        parts = [part.strip() for part in signer.split(",") if part.strip()]
        behalf = next((part for part in parts if part.upper().startswith(("T/M", "TM."))), self.on_behalf)
        office = next((part for part in parts if _OFFICE.match(part)), "")
        return Signature(
            on_behalf=behalf,
            office=office,
            name=", ".join(part for part in parts if part not in (behalf, office)),
        )


def issuer_of(campaign: Campaign, unit: Unit) -> Issuer:
    """The issuer as the campaign's tree has it; above that tree, by today's names (three queries)."""
    scope = CampaignUnit.objects.filter(campaign=campaign, unit=unit).first()
    path = scope.path if scope else unit.path
    line = [int(part) for part in path.rstrip(".").split(".")]
    today = dict(Unit.objects.filter(pk__in=line).values_list("pk", "name"))
    then = dict(CampaignUnit.objects.filter(campaign=campaign, unit__in=line).values_list("unit_id", "name"))
    names = [{**today, **then}[pk] for pk in reversed(line)]
    superior = names[1] if len(names) > 1 else ""
    return Issuer(unit, body_of(names[0]), body_of(superior), place_of(names))


def body_of(name: str) -> str:
    """The committee of a Party organisation, which is what issues documents (Đảng bộ xã … → Đảng ủy xã …)."""
    for organisation, body in _BODIES:
        if organisation.match(name):
            return organisation.sub(body, name)
    return name


def place_of(names: Sequence[str]) -> str:
    """Where a unit sits, from the names of the unit and of those above it, the nearest that names a place; empty where
    none does."""
    return next((found["place"] for name in names if (found := _PLACE.search(name))), "")
