"""The library: materials with their versions, who fetched them, the links that share them, the ledger."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantoa.directives.models import Directive
from lantoa.files.models import StoredFile
from lantoa.kernel import clock
from lantoa.materials.enums import Channel, MaterialAudience, MaterialKind, MaterialState, VersionState
from lantoa.materials.querysets import MaterialQuerySet, PublicationQuerySet, VersionQuerySet
from lantoa.organizations.enums import SpokenLanguage
from lantoa.organizations.models import Unit


class Material(models.Model):
    """Something that helps to make directives known, as one unit keeps it.

    `place` is the unit whose people it is made for. `used_since` is the day on which a version was accepted for the
    first time: from then on it is seen below its owner. A withdrawn material stays, with its reason.
    """

    client_id = models.UUIDField(unique=True)
    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="materials", verbose_name=_("kept by"))
    kind = models.CharField(_("kind"), max_length=12, choices=MaterialKind)
    title = models.CharField(_("title"), max_length=300)
    directives = models.ManyToManyField(Directive, related_name="materials", verbose_name=_("directives"))
    audience = models.CharField(_("audience"), max_length=8, choices=MaterialAudience)
    language = models.CharField(_("language"), max_length=8, choices=SpokenLanguage)
    place = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("made for the people of"),
    )
    used_since = models.DateField(_("in use since"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)
    withdrawn_reason = models.CharField(_("reason of the withdrawal"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[MaterialQuerySet] = MaterialQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.owner

    @property
    def state(self) -> MaterialState:
        """Where it stands."""
        if self.withdrawn_at is not None:
            return MaterialState.WITHDRAWN
        return MaterialState.DRAFT if self.used_since is None else MaterialState.IN_USE


class MaterialVersion(models.Model):
    """One version of a material: a file, a text, or the address of a video, and what is lighter to fetch.

    It never changes; what is to be mended goes into another. `change` says what is new in it. Its file may be gone: an
    erasure removes files that bear a person's name.
    """

    client_id = models.UUIDField(unique=True)
    material = models.ForeignKey(
        Material, on_delete=models.CASCADE, related_name="versions", verbose_name=_("material")
    )
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.WAITING)
    file = models.ForeignKey(
        StoredFile, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("file")
    )
    text = models.TextField(_("text"), blank=True)
    address = models.URLField(_("address of the video"), max_length=500, blank=True)
    light_file = models.ForeignKey(
        StoredFile, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("light variant")
    )
    light_text = models.TextField(_("outline as text only"), blank=True)
    change = models.CharField(_("what is new"), max_length=500, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written at"), default=clock.now, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, editable=False)
    comment = models.CharField(_("comment of the review"), max_length=1000, blank=True)

    objects: ClassVar[VersionQuerySet] = VersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("version of a material")
        verbose_name_plural = _("versions of a material")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["material", "number"],
                name="material_version_once",
                violation_error_message=_("There is a version of this number already."),
            ),
            models.UniqueConstraint(
                fields=["material"],
                condition=Q(state=VersionState.IN_USE),
                name="material_version_in_use_once",
                violation_error_message=_("One version of a material is in use."),
            ),
            models.UniqueConstraint(
                fields=["material"],
                condition=Q(state=VersionState.WAITING),
                name="material_version_waiting_once",
                violation_error_message=_("One version of a material waits for review."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.material_id} {self.number}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.material.owner

    @property
    def has_light(self) -> bool:
        """Whether there is something lighter to fetch."""
        return self.light_file_id is not None or bool(self.light_text)


class Fetch(models.Model):
    """How often the people of one unit fetched a version on one day. Nobody is named."""

    version = models.ForeignKey(MaterialVersion, on_delete=models.CASCADE, related_name="fetches")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("times"), default=1)

    class Meta:
        verbose_name = _("fetches of a version")
        verbose_name_plural = _("fetches of versions")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "unit", "day"],
                name="material_fetch_once",
                violation_error_message=_("The fetches of a unit on one day are one count."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.unit_id} {self.day}"


class ShareLink(models.Model):
    """An address that opens a material without sign-in until its last day: always the version that is in use.

    The secret in the address is derived (`secrets`), never stored; the row is found by a keyed hash of it.
    """

    client_id = models.UUIDField(unique=True)
    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="links", verbose_name=_("material"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    ends_on = models.DateField(_("last day"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"), default=clock.now, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    class Meta:
        verbose_name = _("share link")
        verbose_name_plural = _("share links")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.material_id} {self.ends_on}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.material.owner

    def is_open_on(self, day: dt.date) -> bool:
        """Whether it leads anywhere on that day."""
        return self.revoked_at is None and self.ends_on >= day


class LinkUse(models.Model):
    """How often a share link was opened, and what it leads to fetched, on one day."""

    link = models.ForeignKey(ShareLink, on_delete=models.CASCADE, related_name="uses")
    day = models.DateField(_("day"))
    opened = models.PositiveIntegerField(_("times opened"), default=0)
    fetched = models.PositiveIntegerField(_("times fetched"), default=0)

    class Meta:
        verbose_name = _("use of a share link")
        verbose_name_plural = _("uses of share links")
        constraints = [
            models.UniqueConstraint(
                fields=["link", "day"],
                name="material_link_use_once",
                violation_error_message=_("The uses of a link on one day are one count."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.link_id} {self.day}"


class Publication(models.Model):
    """A line of the ledger: where a unit published a material, typed by people; nothing is posted automatically.

    A line never changes. A wrong one is followed by another that `corrects` it with a reason; one that `takes_back`
    says that there was no such publication. `reach` is how many people it reached, by `reach_source`.
    """

    client_id = models.UUIDField(unique=True)
    material = models.ForeignKey(
        Material, on_delete=models.CASCADE, related_name="publications", verbose_name=_("material")
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("published by"))
    channel = models.CharField(_("channel"), max_length=12, choices=Channel)
    published_on = models.DateField(_("published on"))
    address = models.CharField(_("address or place"), max_length=500)
    reach = models.PositiveIntegerField(_("people reached"), null=True, blank=True)
    reach_source = models.CharField(_("who counted, and how"), max_length=200, blank=True)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="corrected_by", null=True, blank=True, verbose_name=_("corrects")
    )
    takes_back = models.BooleanField(_("was not published at all"), default=False)
    reason = models.CharField(_("reason of the correction"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)

    objects: ClassVar[PublicationQuerySet] = PublicationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-published_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="publication_corrects_another",
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("id")),
                violation_error_message=_("A line of the ledger does not correct itself."),
            ),
            models.CheckConstraint(
                name="publication_takes_back_a_line",
                condition=Q(takes_back=False) | Q(corrects__isnull=False),
                violation_error_message=_("Only a correction takes a line back."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.material_id} {self.channel} {self.published_on}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.unit
