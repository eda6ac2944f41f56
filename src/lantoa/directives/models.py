"""The register of the documents that are to be made known."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantoa.directives.enums import DirectiveClass, DirectiveKind, RelationKind, StudyMode
from lantoa.directives.querysets import DirectiveQuerySet, RelationQuerySet
from lantoa.files.models import StoredFile
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.models import Sector, Unit


class Directive(models.Model):
    """A resolution, instruction, conclusion, decision …, as one unit registered it.

    `number` is the whole notation as printed (`57-NQ/TW`). A sectoral directive names its sectors. It is in force from
    `effective_from`, or else from the date of issue, to `effective_until`. `key_points` hold one point in each line:
    what is new in it and must be stressed by whoever speaks about it. `digest` is what fits on one page.
    """

    client_id = models.UUIDField(unique=True)
    registered_by = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="directives", verbose_name=_("registered by")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=DirectiveKind)
    number = models.CharField(_("number and notation"), max_length=60)
    body = models.CharField(_("issuing body"), max_length=200)
    signer = models.CharField(_("signed by"), max_length=120, blank=True)
    issued_on = models.DateField(_("date of issue"))
    received_on = models.DateField(_("received on"), null=True, blank=True)
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    effective_until = models.DateField(_("in force until"), null=True, blank=True)
    directive_class = models.CharField(_("class"), max_length=10, choices=DirectiveClass)
    sectors = models.ManyToManyField(Sector, related_name="directives", blank=True, verbose_name=_("sectors"))
    study_mode = models.CharField(_("depth"), max_length=6, choices=StudyMode)
    title = models.CharField(_("subject"), max_length=400)
    abstract = models.TextField(_("abstract"), blank=True)
    key_points = models.TextField(_("what is new"), blank=True)
    digest = models.TextField(_("one-page digest"), blank=True)
    files = models.ManyToManyField(StoredFile, related_name="directives", blank=True, verbose_name=_("files"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[DirectiveQuerySet] = DirectiveQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("directive")
        verbose_name_plural = _("directives")
        ordering = ["-issued_on", "-id"]
        indexes = [models.Index(fields=["-issued_on", "-id"], name="directive_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["registered_by", "number", "issued_on"],
                name="directive_number_once",
                violation_error_message=_("This unit has registered a directive of this number and date already."),
            ),
            models.CheckConstraint(
                name="directive_received_after_issue",
                condition=Q(received_on__isnull=True) | Q(received_on__gte=F("issued_on")),
                violation_error_message=_("A directive cannot be received before it was issued."),
            ),
            models.CheckConstraint(
                name="directive_ends_after_it_begins",
                condition=Q(effective_until__isnull=True)
                | Q(effective_from__isnull=True, effective_until__gte=F("issued_on"))
                | Q(effective_from__isnull=False, effective_until__gte=F("effective_from")),
                violation_error_message=_("A directive cannot end before it is in force."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.registered_by

    @property
    def in_force_since(self) -> dt.date:
        """The first day on which it holds."""
        return self.effective_from or self.issued_on

    @property
    def has_begun(self) -> bool:
        """Whether its first day has come."""
        return self.in_force_since <= clock.today()

    @property
    def has_ended(self) -> bool:
        """Whether its last day has passed."""
        return self.effective_until is not None and self.effective_until < clock.today()

    @property
    def points(self) -> list[str]:
        """The points that whoever speaks about it must stress."""
        return [line.strip(" \t-–•+") for line in self.key_points.splitlines() if line.strip(" \t-–•+")]

    def set_texts(self) -> None:
        """Bring the short texts into their usual form; called by whoever writes the directive."""
        self.number, self.title = normalise(self.number), normalise(self.title)
        self.body, self.signer = normalise(self.body), normalise(self.signer)


class DirectiveRelation(models.Model):
    """What a directive does to another one: replaces it, amends it, guides the carrying out of it."""

    directive = models.ForeignKey(
        Directive, on_delete=models.CASCADE, related_name="relations", verbose_name=_("directive")
    )
    kind = models.CharField(_("relation"), max_length=8, choices=RelationKind)
    other = models.ForeignKey(
        Directive, on_delete=models.CASCADE, related_name="relations_to_it", verbose_name=_("the other directive")
    )

    objects: ClassVar[RelationQuerySet] = RelationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("relation of directives")
        verbose_name_plural = _("relations of directives")
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "other"],
                name="directive_relation_once",
                violation_error_message=_("A relation between these two directives is in the register already."),
            ),
            models.CheckConstraint(
                name="directive_relation_to_another",
                condition=~Q(directive=F("other")),
                violation_error_message=_("A directive has no relation to itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.directive_id} {self.kind} {self.other_id}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.directive.registered_by


class DirectiveVersion(models.Model):
    """What one correction changed: `changes` holds the text before and after, by the name of the field.

    `version` is the number that the directive has since then.
    """

    directive = models.ForeignKey(
        Directive, on_delete=models.CASCADE, related_name="versions", verbose_name=_("directive")
    )
    version = models.PositiveIntegerField(_("version"))
    changed_at = models.DateTimeField(_("changed at"), default=clock.now, editable=False)
    changes = models.JSONField(_("changes"))

    class Meta:
        verbose_name = _("version of a directive")
        verbose_name_plural = _("versions of a directive")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "version"],
                name="directive_version_once",
                violation_error_message=_("This version is kept already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.directive_id} {self.version}"
