"""Transfers of persons between cells, for good or for a time."""

from typing import ClassVar

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import lantoa.organizations.models.units
from django.conf import settings
from django.db import migrations, models

from lantoa.audit.guards import noted


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("organizations", "0007_unit_events"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("client_id", models.UUIDField(editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("move", "transfer of membership"), ("stay", "temporary membership")],
                        max_length=9,
                        verbose_name="kind",
                    ),
                ),
                ("letter_number", models.CharField(max_length=60, verbose_name="number of the letter")),
                ("letter_date", models.DateField(verbose_name="date of the letter")),
                ("effective_on", models.DateField(verbose_name="from the day")),
                ("ends_on", models.DateField(null=True, verbose_name="last day")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "waits for the receiving unit"),
                            ("accepted", "accepted"),
                            ("refused", "not accepted"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="offered",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("offered_at", models.DateTimeField(auto_now_add=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "from_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers_out",
                        to="organizations.unit",
                        verbose_name="from",
                    ),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="transfers", to="organizations.person"
                    ),
                ),
                (
                    "to_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers_in",
                        to="organizations.unit",
                        verbose_name="to",
                    ),
                ),
            ],
            options={
                "verbose_name": "transfer",
                "verbose_name_plural": "transfers",
                "ordering": ["-effective_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="TemporaryMembership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="temporary_memberships",
                        to="organizations.person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guests",
                        to="organizations.unit",
                        verbose_name="cell",
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stay", to="organizations.transfer"
                    ),
                ),
            ],
            options={
                "verbose_name": "temporary membership",
                "verbose_name_plural": "temporary memberships",
            },
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(fields=["to_unit", "state"], name="transfer_to"),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(fields=["from_unit", "state"], name="transfer_from"),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "offered")),
                fields=("person", "kind"),
                name="transfer_one_offer_at_a_time",
                violation_error_message="This person has been offered to a unit already. Withdraw that first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_unit", models.F("to_unit")), _negated=True),
                name="transfer_between_two_units",
                violation_error_message="A transfer leads to another unit.",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ends_on__isnull", True), ("kind", "move")),
                    models.Q(("ends_on__gte", models.F("effective_on")), ("kind", "stay")),
                    _connector="OR",
                ),
                name="transfer_for_a_time_has_an_end",
                violation_error_message="Only a stay for a time has a last day, not before its first.",
            ),
        ),
        migrations.AddIndex(
            model_name="temporarymembership",
            index=models.Index(fields=["unit"], name="temporary_membership_unit"),
        ),
        migrations.AddConstraint(
            model_name="temporarymembership",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[(lantoa.organizations.models.units.IdRange("person_id"), "&&"), ("period", "&&")],
                name="temporary_membership_one_a_day",
                violation_error_message="This person takes part in another cell on these days already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="temporarymembership",
            constraint=models.CheckConstraint(
                condition=models.Q(("period__isempty", False)),
                name="temporary_membership_not_empty",
                violation_error_message="A temporary membership must last at least one day.",
            ),
        ),
        noted("organizations_transfer"),
        noted("organizations_temporarymembership"),
    ]
