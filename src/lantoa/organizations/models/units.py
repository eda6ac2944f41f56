"""Units, their history and the events that change them."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.vietnamese import fold, normalise, text_key
from lantoa.organizations.enums import Tree, UnitEventKind, UnitKind
from lantoa.organizations.querysets import UnitPeriodQuerySet, UnitQuerySet


class IdRange(Func):
    """A one-element range of an id: lets a GiST exclusion compare ids for equality without an extension."""

    function = "int8range"
    template = "%(function)s(%(expressions)s, '[]')"

    def __init__(self, field: str) -> None:
        super().__init__(models.F(field), models.F(field))


class Unit(models.Model):
    """A unit of a tree: a stable identity of our own, whatever its code, name or parent become.

    The columns below `tree` repeat the period in force today, written by `services.units.refresh_today` and by nothing
    else; `UnitPeriod` is the authority for every date. `path` is the ids from the root down, each followed by a point,
    so that a subtree is one index range.
    """

    client_id = models.UUIDField(unique=True, null=True, editable=False)
    tree = models.CharField(_("tree"), max_length=16, choices=Tree)
    serves = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="served_by", verbose_name=_("serves")
    )
    code = models.CharField(_("code"), max_length=30, blank=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=24, choices=UnitKind)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    path = models.CharField(max_length=400, db_collation="C", editable=False)
    folded_name = models.CharField(max_length=300, db_collation="C", editable=False)
    sort_key = models.CharField(max_length=400, db_collation="C", editable=False)
    in_force = models.BooleanField(_("exists today"), default=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[UnitQuerySet] = UnitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["sort_key", "id"]
        indexes = [
            models.Index(fields=["path"], name="unit_path"),
            models.Index(fields=["parent", "sort_key"], name="unit_parent_order"),
            models.Index(fields=["tree", "kind", "code"], name="unit_tree_code"),
        ]
        constraints = [
            models.CheckConstraint(
                name="unit_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")),
                violation_error_message=_("A unit cannot belong to itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name

    @property
    def audited_unit(self) -> "Unit":
        """The unit under which acts on this object are logged."""
        return self

    def set_texts(self) -> None:
        """Derive the search form and the order from the name."""
        self.name = normalise(self.name)
        self.folded_name = fold(f"{self.name} {self.short_name}")
        self.sort_key = text_key(self.name)


class UnitPeriod(models.Model):
    """What a unit was from a date to a date: code, name, kind, parent.

    The periods of a unit never overlap (exclusion constraint) and leave no gap (deferred constraint trigger
    `unit_period_no_gap`). `period` is half open: the day it ends is the first day of the next.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="periods")
    code = models.CharField(_("code"), max_length=30, blank=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=24, choices=UnitKind)
    parent = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="child_periods",
        verbose_name=_("belongs to"),
    )
    period = DateRangeField(_("period"))

    objects: ClassVar[UnitPeriodQuerySet] = UnitPeriodQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("period of a unit")
        verbose_name_plural = _("periods of a unit")
        ordering = ["unit", "period"]
        indexes = [models.Index(fields=["parent"], name="unit_period_parent")]
        constraints = [
            ExclusionConstraint(
                name="unit_period_no_overlap",
                expressions=[(IdRange("unit_id"), RangeOperators.OVERLAPS), ("period", RangeOperators.OVERLAPS)],
                violation_error_message=_("A unit cannot have two names or two parents on one day."),
            ),
            models.CheckConstraint(
                name="unit_period_not_empty",
                condition=Q(period__isempty=False),
                violation_error_message=_("A period must last at least one day."),
            ),
            models.CheckConstraint(
                name="unit_period_has_start",
                condition=Q(period__startswith__isnull=False),
                violation_error_message=_("Say on which date the period begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.period}"


class UnitReform(models.Model):
    """Many events of units that one conversion table ordered and that were applied together.

    `sha256` is that of the table and of the list of new units: the same ones are applied to a day once. `report` holds
    the figures of what was done and, under `gaps`, lists of [code, name] of what the table leaves open.
    """

    tree = models.CharField(_("tree"), max_length=16, choices=Tree)
    source = models.CharField(_("source"), max_length=200)
    sha256 = models.CharField(max_length=64)
    effective_on = models.DateField(_("takes effect on"))
    report = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("reform of units")
        verbose_name_plural = _("reforms of units")
        ordering = ["-effective_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tree", "effective_on", "sha256"],
                name="unit_reform_once",
                violation_error_message=_("This table has been applied to that day already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.effective_on}"

    @property
    def figures(self) -> dict[str, int]:
        """How many units ended, began and went on, and how many lines of descent there are."""
        return {name: value for name, value in self.report.items() if name != "gaps"}

    @property
    def gaps(self) -> dict[str, list[list[str]]]:
        """What the table leaves open: lists of [code, name]."""
        return dict(self.report["gaps"])


class UnitEvent(models.Model):
    """A change of units that a decision ordered: who became what, from which date.

    It is never changed or deleted. `corrects` is the earlier event that this one puts right.
    """

    client_id = models.UUIDField(unique=True, null=True, editable=False)
    reform = models.ForeignKey(UnitReform, on_delete=models.PROTECT, null=True, related_name="events")
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrections", verbose_name=_("puts right")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=UnitEventKind)
    decision_number = models.CharField(_("decision number"), max_length=60)
    decision_date = models.DateField(_("decision date"))
    decision_body = models.CharField(_("deciding body"), max_length=200)
    effective_on = models.DateField(_("takes effect on"))

    class Meta:
        verbose_name = _("event of units")
        verbose_name_plural = _("events of units")
        ordering = ["-effective_on", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.decision_number}"


class UnitLink(models.Model):
    """One line of descent in an event: predecessor to successor; `partial` where only a part of it went."""

    event = models.ForeignKey(UnitEvent, on_delete=models.CASCADE, related_name="links")
    predecessor = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="successor_links")
    successor = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="predecessor_links")
    partial = models.BooleanField(_("in part"), default=False)

    class Meta:
        verbose_name = _("line of descent")
        verbose_name_plural = _("lines of descent")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "predecessor", "successor"],
                name="unit_link_once",
                nulls_distinct=False,
                violation_error_message=_("These two units are linked by this event already."),
            ),
            models.CheckConstraint(
                name="unit_link_not_empty",
                condition=Q(predecessor__isnull=False) | Q(successor__isnull=False),
                violation_error_message=_("Name the unit before or the unit after."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
