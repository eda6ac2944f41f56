"""Study sessions, their sites, and who sits where; and what a unit does besides conferences."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.enums import SpokenLanguage
from lantoa.organizations.models import Unit
from lantoa.plans.models import Campaign, Plan, SummonsEntry
from lantoa.speakers.models import Speaker
from lantoa.study_sessions.enums import (
    ActivityKind,
    HeadcountBasis,
    SessionKind,
    SessionMode,
    SiteReadiness,
)
from lantoa.study_sessions.querysets import (
    ActivityQuerySet,
    HeadcountQuerySet,
    PlacementQuerySet,
    SiteCheckQuerySet,
    SiteQuerySet,
    SiteUnitQuerySet,
    StudySessionQuerySet,
)


class StudySession(models.Model):
    """One study event of a campaign, at one or many sites. A make-up names the session that it makes up for.

    Sessions that one repetition made share their `series` with the session that was repeated.
    """

    client_id = models.UUIDField(unique=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="sessions")
    host = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("host"))
    plan = models.ForeignKey(Plan, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions")
    kind = models.CharField(_("kind"), max_length=8, choices=SessionKind, default=SessionKind.FIRST)
    makes_up = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="make_ups", verbose_name=_("makes up for")
    )
    title = models.CharField(_("title"), max_length=200)
    mode = models.CharField(_("form"), max_length=10, choices=SessionMode, default=SessionMode.IN_PERSON)
    starts_at = models.DateTimeField(_("begins at"))
    ends_at = models.DateTimeField(_("ends at"))
    is_public = models.BooleanField(_("open to the public"), default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True)
    series = models.UUIDField(_("series"), null=True, editable=False, db_index=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[StudySessionQuerySet] = StudySessionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("study session")
        verbose_name_plural = _("study sessions")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="session_times_in_order",
                condition=Q(ends_at__gt=models.F("starts_at")),
                violation_error_message=_("A session must end after it begins."),
            ),
            models.CheckConstraint(
                name="session_make_up_names_first",
                condition=Q(kind="make_up", makes_up__isnull=False) | Q(kind="first", makes_up__isnull=True),
                violation_error_message=_("A make-up session names the session that it makes up for."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.host


class ProgrammeItem(models.Model):
    """One item of a session's programme, in the order of `position`.

    Who speaks is either a speaker of the register, `recognised`, whose name is read from the person's record, or a
    guest in the words of `speaker`, as an invitation prints them.
    """

    session = models.ForeignKey(StudySession, on_delete=models.CASCADE, related_name="programme")
    position = models.PositiveSmallIntegerField()
    hour = models.TimeField(_("hour"), null=True)
    title = models.CharField(_("item"), max_length=200)
    speaker = models.CharField(_("who speaks"), max_length=160, blank=True)
    recognised = models.ForeignKey(
        Speaker,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="programme_items",
        verbose_name=_("speaker of the register"),
    )

    class Meta:
        verbose_name = _("item of the programme")
        verbose_name_plural = _("items of the programme")
        ordering = ["session", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "position"],
                name="programme_position_once_a_session",
                violation_error_message=_("Two items of a programme cannot have one place."),
            ),
            models.CheckConstraint(
                name="programme_speaker_or_guest",
                condition=Q(recognised__isnull=True) | Q(speaker=""),
                violation_error_message=_("An item names a speaker of the register or a guest, not both."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Site(models.Model):
    """A connected place of a session (điểm cầu), kept by one unit, whose officer, secretary or clerk takes the roll.

    `readiness` and the counts repeat the newest check and the newest headcount, so that a board of thousands of sites
    reads one row each. A headcount is no roll and stands in no rate.
    """

    session = models.ForeignKey(StudySession, on_delete=models.CASCADE, related_name="sites")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sites", verbose_name=_("unit"))
    name = models.CharField(_("site"), max_length=160)
    address = models.CharField(_("address"), max_length=200, blank=True)
    contact = models.CharField(_("contact"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    readiness = models.CharField(
        _("readiness"), max_length=9, choices=SiteReadiness, default=SiteReadiness.UNCHECKED, editable=False
    )
    members_now = models.PositiveIntegerField(_("members counted"), null=True, editable=False)
    others_now = models.PositiveIntegerField(_("others counted"), null=True, editable=False)
    counted_at = models.DateTimeField(_("counted at"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[SiteQuerySet] = SiteQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["session", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "name"],
                name="site_name_once_a_session",
                violation_error_message=_("This session has a site of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.unit


class SiteCheck(models.Model):
    """What somebody found when they looked whether a site is ready. The newest holds; the others are its history."""

    client_id = models.UUIDField(unique=True)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="checks")
    state = models.CharField(_("readiness"), max_length=9, choices=SiteReadiness)
    note = models.CharField(_("what is wrong"), max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("checked at"), default=clock.now, editable=False)

    objects: ClassVar[SiteCheckQuerySet] = SiteCheckQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("check of a site")
        verbose_name_plural = _("checks of sites")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="site_check_problem_has_note",
                condition=~Q(state="problem") | ~Q(note=""),
                violation_error_message=_("Say what is wrong at the site."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.state}"


class Headcount(models.Model):
    """How many members and others were counted at a site at a moment. Nobody is named, and no rate is made of it."""

    client_id = models.UUIDField(unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="headcounts")
    members = models.PositiveIntegerField(_("members"))
    others = models.PositiveIntegerField(_("others"), default=0)
    basis = models.CharField(_("how it was counted"), max_length=12, choices=HeadcountBasis)
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    counted_at = models.DateTimeField(_("counted at"), default=clock.now, editable=False)

    objects: ClassVar[HeadcountQuerySet] = HeadcountQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("headcount")
        verbose_name_plural = _("headcounts")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.site} {self.members} + {self.others}"


class SiteUnit(models.Model):
    """The cell whose people come to a site; a cell goes to one site of a session."""

    session = models.ForeignKey(StudySession, on_delete=models.CASCADE, related_name="site_units")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="site_units")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[SiteUnitQuerySet] = SiteUnitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("cell at a site")
        verbose_name_plural = _("cells at a site")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "unit"],
                name="site_unit_once_a_session",
                violation_error_message=_("This cell goes to another site of the session already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} – {self.site}"


class Placement(models.Model):
    """A summoned person's place: the site whose list they stand on in a session."""

    entry = models.ForeignKey(SummonsEntry, on_delete=models.CASCADE, related_name="placements")
    session = models.ForeignKey(StudySession, on_delete=models.CASCADE, related_name="placements")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="placements")

    objects: ClassVar[PlacementQuerySet] = PlacementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("place at a session")
        verbose_name_plural = _("places at a session")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "session"],
                name="placement_once_a_session",
                violation_error_message=_("This person stands on the list of another site of this session."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} – {self.site}"


class Activity(models.Model):
    """What a unit did besides conferences: a village meeting, a club, a contest, a performance, a mobile team.

    Whoever came is counted and never named. It is reach and never part of the rate; what was taken back counts for
    nothing and stays on record with its reason.
    """

    client_id = models.UUIDField(unique=True)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, related_name="activities", verbose_name=_("roll-out")
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="activities", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=16, choices=ActivityKind)
    place = models.CharField(_("place"), max_length=160)
    held_at = models.DateTimeField(_("held at"))
    languages = ArrayField(models.CharField(max_length=8, choices=SpokenLanguage), verbose_name=_("languages"))
    audience = models.CharField(_("who came"), max_length=160)
    headcount = models.PositiveIntegerField(_("headcount"))
    basis = models.CharField(_("basis of the headcount"), max_length=12, choices=HeadcountBasis)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(_("taken back at"), null=True)
    taken_back_reason = models.CharField(_("reason"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[ActivityQuerySet] = ActivityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-held_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="activity_taken_back_with_reason",
                condition=Q(taken_back_at__isnull=True, taken_back_reason="")
                | (Q(taken_back_at__isnull=False) & ~Q(taken_back_reason="")),
                violation_error_message=_("Say why the activity is taken back."),
            ),
            models.CheckConstraint(
                name="activity_names_a_language",
                condition=Q(languages__len__gt=0),
                violation_error_message=_("Say which language was spoken."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.place}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.unit

    @property
    def spoken(self) -> str:
        """The languages in words."""
        return ", ".join(str(SpokenLanguage(one).label) for one in self.languages)
