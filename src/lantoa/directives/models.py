"""The register of the documents that are to be made known."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.directives.enums import DirectiveClass, DirectiveKind, StudyMode
from lantoa.directives.querysets import DirectiveQuerySet
from lantoa.files.models import StoredFile
from lantoa.kernel.vietnamese import fold, normalise
from lantoa.organizations.models import Sector, Unit


class Directive(models.Model):
    """A resolution, instruction, conclusion or decision, as one unit registered it.

    `number` is the whole notation as printed (`57-NQ/TW`). A sectoral directive names its sector.
    """

    client_id = models.UUIDField(unique=True)
    registered_by = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="directives", verbose_name=_("registered by")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=DirectiveKind)
    number = models.CharField(_("number and notation"), max_length=60)
    body = models.CharField(_("issuing body"), max_length=200)
    issued_on = models.DateField(_("date of issue"))
    received_on = models.DateField(_("received on"), null=True, blank=True)
    directive_class = models.CharField(_("class"), max_length=10, choices=DirectiveClass)
    sector = models.ForeignKey(
        Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="directives", verbose_name=_("sector")
    )
    study_mode = models.CharField(_("depth"), max_length=6, choices=StudyMode)
    title = models.CharField(_("title"), max_length=400)
    abstract = models.TextField(_("abstract"), blank=True)
    files = models.ManyToManyField(StoredFile, related_name="directives", blank=True, verbose_name=_("files"))
    folded_text = models.TextField(db_collation="C", editable=False)
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
                name="directive_sector_fits_class",
                condition=Q(directive_class="sectoral", sector__isnull=False)
                | (~Q(directive_class="sectoral") & Q(sector__isnull=True)),
                violation_error_message=_("Name the sector of a sectoral directive, and of no other."),
            ),
            models.CheckConstraint(
                name="directive_received_after_issue",
                condition=Q(received_on__isnull=True) | Q(received_on__gte=models.F("issued_on")),
                violation_error_message=_("A directive cannot be received before it was issued."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.registered_by

    def set_texts(self) -> None:
        """Derive the search form; called by whoever writes the directive."""
        self.number, self.title, self.body = normalise(self.number), normalise(self.title), normalise(self.body)
        self.folded_text = fold(f"{self.number} {self.title} {self.body} {self.abstract}")
