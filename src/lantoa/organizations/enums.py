"""Vocabulary of organisations."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Tree(TextChoices):
    PARTY = "party", _("Party organisation")
    ADMINISTRATIVE = "administrative", _("administrative units")
    MASS = "mass", _("mass organisations")


class UnitKind(TextChoices):
    """What a unit is. The number of levels is nowhere fixed: a kind says nothing about depth."""

    PROVINCE = "province", _("province")
    DISTRICT = "district", _("district")
    COMMUNE = "commune", _("commune")
    VILLAGE = "village", _("village")
    PROVINCIAL_COMMITTEE = "provincial_committee", _("provincial Party committee")
    DISTRICT_COMMITTEE = "district_committee", _("district Party committee")
    COMMUNE_COMMITTEE = "commune_committee", _("commune Party committee")
    GRASSROOTS_COMMITTEE = "grassroots_committee", _("grassroots Party committee")
    GRASSROOTS_CELL = "grassroots_cell", _("grassroots cell")
    CELL = "cell", _("cell under a grassroots committee")
    MASS_ORGANISATION = "mass_organisation", _("mass organisation")


KINDS: dict[Tree, tuple[UnitKind, ...]] = {
    Tree.ADMINISTRATIVE: (UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.VILLAGE),
    Tree.PARTY: (
        UnitKind.PROVINCIAL_COMMITTEE,
        UnitKind.DISTRICT_COMMITTEE,
        UnitKind.COMMUNE_COMMITTEE,
        UnitKind.GRASSROOTS_COMMITTEE,
        UnitKind.GRASSROOTS_CELL,
        UnitKind.CELL,
    ),
    Tree.MASS: (UnitKind.MASS_ORGANISATION,),
}
"""Which kinds a tree knows, the wider before the narrower. A tree may leave out any of them."""


class UnitEventKind(TextChoices):
    FOUND = "found", _("founding")
    RENAME = "rename", _("renaming")
    TRANSFER = "transfer", _("transfer")
    MERGE = "merge", _("merger")
    SPLIT = "split", _("split")
    DISSOLVE = "dissolve", _("dissolution")


class Standing(TextChoices):
    """How a person stands to the unit that counts them; cadres who are not members are counted apart."""

    FULL = "full", _("full member")
    PROBATIONARY = "probationary", _("probationary member")
    CADRE = "cadre", _("cadre, not a member")


class Role(TextChoices):
    """The roles of the table "Who may do what"."""

    ADMINISTRATOR = "administrator", _("administrator")
    OFFICER = "officer", _("officer")
    APPROVER = "approver", _("approver")
    SECRETARY = "secretary", _("secretary")
    FOLLOWER = "follower", _("follower")
    CLERK = "clerk", _("clerk")
    INSPECTOR = "inspector", _("inspector")
    SPEAKER = "speaker", _("speaker")
    EDITOR = "editor", _("editor")
    VIEWER = "viewer", _("viewer")


class ReasonClass(TextChoices):
    """Why somebody is exempt or absent: a class, never a diagnosis."""

    HEALTH = "health", _("health")
    WORK = "work", _("work")
    AWAY = "away", _("away")
    OTHER = "other", _("other")


class DepartureReason(TextChoices):
    """Why no unit counts somebody any more."""

    DIED = "died", _("died")
    RESIGNED = "resigned", _("left the Party at their own request")
    STRUCK_OFF = "struck_off", _("struck off the list of members")
    EXPELLED = "expelled", _("expelled from the Party")
    MOVED_AWAY = "moved_away", _("went to a place that does not use this system")
    NO_CADRE = "no_cadre", _("is no longer a cadre")


class TransferKind(TextChoices):
    MOVE = "move", _("transfer of membership")
    STAY = "stay", _("temporary membership")


class TransferState(TextChoices):
    OFFERED = "offered", _("waits for the receiving unit")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("not accepted")
    WITHDRAWN = "withdrawn", _("withdrawn")
    CANCELLED = "cancelled", _("cancelled before its day")


class ImportKind(TextChoices):
    """What a list is read for."""

    REGISTER = "register", _("to register new persons")
    COMPARE = "compare", _("to compare with the records, by member code")


class ImportState(TextChoices):
    PREVIEWED = "previewed", _("checked, not applied")
    APPLIED = "applied", _("applied")
    UNDONE = "undone", _("undone")
    CANCELLED = "cancelled", _("given up")


class RowDecision(TextChoices):
    """What becomes of a row with a problem, above all one that looks like a person who is recorded already."""

    SKIP = "skip", _("leave out")
    DIFFERENT = "different", _("a different person")
    UPDATE = "update", _("the same person: complete the record")


class RowKind(TextChoices):
    """What a row of a sheet is."""

    TITLE = "title", _("title above the list")
    HEADER = "header", _("titles of the columns")
    NUMBERING = "numbering", _("numbers of the columns")
    SECTION = "section", _("name of a cell above its people")
    PERSON = "person", _("person")
    TOTAL = "total", _("total")
    SIGNATURE = "signature", _("signatures")
    REMARK = "remark", _("remark")


class FactorResetReason(TextChoices):
    """Why an administrator takes a second factor away. A choice, so that no names are typed into the log."""

    LOST = "lost", _("the phone or key is lost")
    BROKEN = "broken", _("the phone or key is broken")
    REPLACED = "replaced", _("the phone was replaced, and the app was not taken along")
    SUSPECTED = "suspected", _("somebody else may have used it")


class SpokenLanguage(TextChoices):
    """What is spoken to people, by the peoples of the north-western mountains."""

    VIETNAMESE = "vi", _("Vietnamese")
    HMONG = "hmong", _("Mông")
    DAO = "dao", _("Dao")
    THAI = "thai", _("Thái")
    HA_NHI = "hanhi", _("Hà Nhì")
    GIAY = "giay", _("Giáy")
    KHO_MU = "khomu", _("Khơ Mú")
    LU = "lu", _("Lự")
    OTHER = "other", _("another language")
