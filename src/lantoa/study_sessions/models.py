"""Study sessions, their sites, and who sits where."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.organizations.models import Unit
from lantoa.plans.models import Campaign, Plan, SummonsEntry
from lantoa.study_sessions.enums import SessionKind, SessionMode
from lantoa.study_sessions.querysets import PlacementQuerySet, SiteQuerySet, SiteUnitQuerySet, StudySessionQuerySet


class StudySession(models.Model):
    """One study event of a campaign, at one or many sites. A make-up names the session that it makes up for."""

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
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True)
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


class Site(models.Model):
    """A connected place of a session (điểm cầu), kept by one unit, whose officer, secretary or clerk takes the roll."""

    session = models.ForeignKey(StudySession, on_delete=models.CASCADE, related_name="sites")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sites", verbose_name=_("unit"))
    name = models.CharField(_("site"), max_length=160)
    address = models.CharField(_("address"), max_length=200, blank=True)
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
