"""The kinds of record that hold something about people: what, what for, who sees it, how long (domain.md, "Personal
data", "Who may do what")."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.privacy.inventory import inventory

ABOUT_NOBODY = "program"
"""The kind of tables of the software itself, which hold nothing about people."""


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of record, described for whoever the records are about."""

    key: str
    label: str | Promise
    what: str | Promise
    purpose: str | Promise
    readers: str | Promise
    kept: str | Promise

    @property
    def sensitive(self) -> bool:
        """Whether the inventory has a sensitive column in a table of this kind."""
        return any(entry.kind == self.key and entry.columns("sensitive") for entry in inventory().values())


_UNTIL_ERASED = _("Until the data of the person are erased.")
_COUNTS_STAY = _("Kept for the figures; after an erasure under a number that names nobody.")
_NAMES = _("The cell itself and the unit directly above it.")

KINDS: tuple[RecordKind, ...] = (
    RecordKind(
        "person",
        _("Persons and where they are counted"),
        _("Full name, year of birth, village, member code, sector, standing; cells and transfers with their days."),
        _("To know who is to be summoned, and to tell namesakes apart."),
        _NAMES,
        _UNTIL_ERASED,
    ),
    RecordKind(
        "exemption",
        _("Exemptions from activities"),
        _("The decision, its days, and the class of the reason: health, work, away, other. Never a diagnosis."),
        _("Whoever is exempt on the day stays out of the rate."),
        _("The days: as for names. The reason: the cell alone."),
        _COUNTS_STAY,
    ),
    RecordKind(
        "appointment",
        _("Appointments"),
        _("Role, unit, title, decision, days."),
        _("Authority to see and to act comes from current appointments alone."),
        _("Whoever sees the unit: every unit shows who is responsible for it."),
        _COUNTS_STAY,
    ),
    RecordKind(
        "speaker",
        _("Recognition of speakers"),
        _("Tier, recognising unit, decision, days, topics, languages. No score and no remark on how anybody speaks."),
        _("To ask somebody to speak who is recognised for it, on their topics and in the language of the place."),
        _("As for names; who sets up a session is offered those of the units above, and the programme names them."),
        _COUNTS_STAY,
    ),
    RecordKind(
        "account",
        _("Accounts"),
        _("Sign-in name, e-mail address where one was given, password as a hash, second factor, sessions."),
        _("To let people in who hold an appointment, and nobody else."),
        _("The person, and the administrator above all of the person's appointments."),
        _UNTIL_ERASED,
    ),
    RecordKind(
        "notification",
        _("Notifications"),
        _("What a person was told about plans and deadlines, when they read it, what they silenced; no names."),
        _("To remind people of what their unit owes, and to mail only what they have not read."),
        _("The person alone."),
        _("Until 400 days have passed, or the data of the person are erased."),
    ),
    RecordKind(
        "import",
        _("Imported lists"),
        _("The rows as they were read: name, year of birth, village, member code, standing. The file is not kept."),
        _("To check a list before it is written, and to be able to undo it."),
        _("Whoever uploaded the list, those who keep the list of that unit, and the unit directly above a cell."),
        _("Deleted at once when the import is undone or given up; else until the data of the person are erased."),
    ),
    RecordKind(
        "summons",
        _("Summons lists"),
        _("Who was called to a study conference, from which cell, why, and a removal with its decision."),
        _("The list is frozen, so that the rate can be defended."),
        _NAMES,
        _COUNTS_STAY,
    ),
    RecordKind(
        "roll",
        _("Rolls"),
        _("Present, late, excused or absent at a session; the class of the reason; who took the roll and when."),
        _("To count attendance and to offer a make-up session."),
        _("As for names; the reason is not shown above the cell. No list shows one person over several campaigns."),
        _COUNTS_STAY,
    ),
    RecordKind(
        "reflection",
        _("Reflections"),
        _("What a person wrote after study, typed or as scans, the cell's assessment, the class of an exemption."),
        _("The cell talks about what was understood; above it, it is counted whether papers were handed in."),
        _("The secretary and the clerk of the cell, and the person; nobody above. Each look is logged."),
        _("Text and scans until the data of the person are erased; that a paper was handed in stays for the figures."),
    ),
    RecordKind(
        "figure",
        _("Coverage"),
        _("Counts of people for each unit and campaign, without names."),
        _("To see how far a directive has reached the members."),
        _("Whoever may see the counts of the unit."),
        _("Kept: counts name nobody."),
    ),
    RecordKind(
        "plan",
        _("Campaigns and plans"),
        _("Names that staff write as signer or as responsible; who submitted, approved and commented."),
        _("A plan names who does what by when."),
        _("The unit, those who approve, and the units above."),
        _UNTIL_ERASED,
    ),
    RecordKind(
        "session",
        _("Sessions and sites"),
        _("Where a person is to take part; words that staff write; who set the session up."),
        _("To place people at a site near to them."),
        _NAMES,
        _COUNTS_STAY,
    ),
    RecordKind(
        "file",
        _("Stored files"),
        _("Documents that were uploaded, which may mention people; who uploaded them."),
        _("The documents to be studied."),
        _("Whoever may read the document that they belong to."),
        _("As long as the document; one that bears the name is removed at an erasure."),
    ),
    RecordKind(
        "unit",
        _("Units and their changes"),
        _("Who prepared a change of units."),
        _("A change cites a decision and can be traced."),
        _("The administrators of the unit."),
        _COUNTS_STAY,
    ),
    RecordKind(
        "register",
        _("Directives"),
        _(
            "Title, signer, abstract, points and digest of documents, and the text of their files as the search "
            "keeps it, which may mention people as the document does."
        ),
        _("The register of what is to be made known."),
        _("The unit that registered the document and those below it."),
        _("As long as the document. Its title stays as it was issued."),
    ),
    RecordKind(
        "queue",
        _("Work in the background"),
        _("The title of long work, such as the name of an imported file; who asked for it."),
        _("To show how far the work is."),
        _("Whoever asked for it."),
        _UNTIL_ERASED,
    ),
    RecordKind(
        "log",
        _("Audit log"),
        _("Who did, read or exported what and when, as numbers; the purpose that was stated for an export."),
        _("Every look at a person's record and every export can be traced."),
        _("Administrators and inspectors for their units; an officer for their own acts."),
        _("Kept: nothing in it can be changed or deleted. It holds numbers instead of names."),
    ),
    RecordKind(
        "request",
        _("Requests about one's data"),
        _("Who asked for an erasure and why, who decided and why."),
        _("To prove that the request was met, or why it was not."),
        _("Those who keep the list of the unit's people."),
        _COUNTS_STAY,
    ),
    RecordKind(
        "portal",
        _("The portal and its drafts"),
        _("Articles and their earlier versions with their bylines; who wrote, returned or approved what; remarks."),
        _("To publish news for everybody after somebody else has looked at them."),
        _("What is published: everybody. Drafts and remarks: who writes or approves for that portal."),
        _("As long as the article; a name in a remark is taken out at an erasure."),
    ),
    RecordKind(
        "portal_reader",
        _("What readers of the portal send"),
        _("Comments and questions with the name to be shown; a way to reach whoever asked; votes by a hash."),
        _("To publish what readers say and ask, to answer them, and to count each reader once."),
        _("What is published: everybody. The rest, and how to reach somebody: who writes or approves for that portal."),
        _(
            "Published: a comment as long as its article, a question until it is taken down. Refused: 30 days. "
            "Undecided: 180 days. How to reach somebody: until the answer, 30 days at the most."
        ),
    ),
)
