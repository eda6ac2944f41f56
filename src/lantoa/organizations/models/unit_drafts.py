"""Events of units that are being prepared, and what they still have to hand over once their day has come."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.enums import UnitEventKind, UnitKind
from lantoa.organizations.models.appointments import Appointment
from lantoa.organizations.models.persons import Membership
from lantoa.organizations.models.units import Unit, UnitEvent, UnitReform
from lantoa.organizations.querysets import UnitEventDraftQuerySet


class UnitEventDraft(models.Model):
    """An event that an administrator prepares: nothing of it holds before it is applied.

    `unit` is the one on whose page it was begun and always among `predecessors`, the units that it changes. `event` is
    what it became; a draft that was given up keeps its row. With `reform_level` (the kind of unit whose table a reform
    follows) it is no event of its own: it says where things go that stand at a unit which that reform ends, and
    `reform` is the one that used it. The system prepares it, so that it has no `created_by`.
    """

    client_id = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=UnitEventKind)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="event_drafts", verbose_name=_("unit"))
    predecessors = models.ManyToManyField(Unit, related_name="+", verbose_name=_("units that it changes"))
    corrects = models.ForeignKey(
        UnitEvent, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("puts right")
    )
    decision_number = models.CharField(_("decision number"), max_length=60)
    decision_date = models.DateField(_("decision date"))
    decision_body = models.CharField(_("deciding body"), max_length=200)
    effective_on = models.DateField(_("takes effect on"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("prepared at"), default=clock.now, editable=False)
    given_up_at = models.DateTimeField(_("given up at"), null=True, editable=False)
    event = models.OneToOneField(UnitEvent, on_delete=models.PROTECT, null=True, related_name="draft")
    reform_level = models.CharField(_("level of the reform"), max_length=24, choices=UnitKind, blank=True)
    reform = models.ForeignKey(UnitReform, on_delete=models.PROTECT, null=True, editable=False, related_name="drafts")

    objects: ClassVar[UnitEventDraftQuerySet] = UnitEventDraftQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("prepared event of units")
        verbose_name_plural = _("prepared events of units")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.decision_number}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.unit

    @property
    def is_open(self) -> bool:
        """Whether it can still be applied or given up."""
        return self.event_id is None and self.given_up_at is None and self.reform_id is None


class DraftSuccessor(models.Model):
    """A unit that takes something over in a prepared event: one that exists (`unit`), or one that the event founds.

    The first of an event takes over the open work of the units that end. In a transfer it is the unit itself, with
    `parent` as its next superior.
    """

    draft = models.ForeignKey(UnitEventDraft, on_delete=models.CASCADE, related_name="successors")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=200, blank=True)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    code = models.CharField(_("code"), max_length=30, blank=True)
    kind = models.CharField(_("kind"), max_length=24, choices=UnitKind, blank=True)
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("successor in a prepared event")
        verbose_name_plural = _("successors in a prepared event")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="draft_successor_is_a_unit",
                condition=Q(unit__isnull=False) | (~Q(name="") & ~Q(kind="") & Q(parent__isnull=False)),
                violation_error_message=_("Name the unit that takes over, or give the new one a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What the unit is called, or will be."""
        return self.unit.name if self.unit is not None else self.name


class DraftPlacement(models.Model):
    """Where a membership, an appointment or a sub-unit of a unit that is split will go."""

    draft = models.ForeignKey(UnitEventDraft, on_delete=models.CASCADE, related_name="placements")
    successor = models.ForeignKey(DraftSuccessor, on_delete=models.CASCADE, related_name="placements")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, null=True, related_name="+")
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, null=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        verbose_name = _("placement in a prepared event")
        verbose_name_plural = _("placements in a prepared event")
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=["draft", name],
                    name=f"draft_placement_{name}_once",
                    violation_error_message=_("This has a place in the event already."),
                )
                for name in ("membership", "appointment", "unit")
            ),
            models.CheckConstraint(
                name="draft_placement_of_one_thing",
                condition=Q(membership__isnull=False, appointment__isnull=True, unit__isnull=True)
                | Q(membership__isnull=True, appointment__isnull=False, unit__isnull=True)
                | Q(membership__isnull=True, appointment__isnull=True, unit__isnull=False),
                violation_error_message=_("Place a membership, an appointment or a unit."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} → {self.successor_id}"


class UnitHandover(models.Model):
    """The open work of a unit that ends or is split by an event: roll-outs, plans, sessions, sites.

    It goes to `heir`, or stays where there is none or where that is the unit itself, on the day of the event (`due_on`)
    and not before: until then the unit itself works. `done_at` is when that happened.
    """

    event = models.ForeignKey(UnitEvent, on_delete=models.PROTECT, related_name="handovers")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    heir = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(_("due on"))
    done_at = models.DateTimeField(_("done at"), null=True)

    class Meta:
        verbose_name = _("handover of open work")
        verbose_name_plural = _("handovers of open work")
        indexes = [models.Index(fields=["due_on"], condition=Q(done_at__isnull=True), name="unit_handover_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "unit"],
                name="unit_handover_once",
                violation_error_message=_("The work of this unit is handed over by this event already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} → {self.heir}"
