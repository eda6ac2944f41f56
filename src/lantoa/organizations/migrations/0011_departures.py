"""Memberships that end without another, transfers cancelled before their day, and lists that are compared."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lantoa.audit.guards import noted


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("organizations", "0010_person_merges"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="importbatch",
            name="kind",
            field=models.CharField(
                choices=[
                    ("register", "to register new persons"),
                    ("compare", "to compare with the records, by member code"),
                ],
                default="register",
                max_length=8,
                verbose_name="what the list is for",
            ),
        ),
        migrations.AddField(
            model_name="importrow",
            name="differences",
            field=models.JSONField(null=True, verbose_name="differences from the record"),
        ),
        migrations.AddField(
            model_name="transfer",
            name="cancel_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="why it was cancelled"),
        ),
        migrations.AddField(
            model_name="transfer",
            name="cancelled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="transfer",
            name="cancelled_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="state",
            field=models.CharField(
                choices=[
                    ("offered", "waits for the receiving unit"),
                    ("accepted", "accepted"),
                    ("refused", "not accepted"),
                    ("withdrawn", "withdrawn"),
                    ("cancelled", "cancelled before its day"),
                ],
                default="offered",
                max_length=9,
                verbose_name="state",
            ),
        ),
        migrations.CreateModel(
            name="Departure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("client_id", models.UUIDField(editable=False, unique=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("died", "died"),
                            ("resigned", "left the Party at their own request"),
                            ("struck_off", "struck off the list of members"),
                            ("expelled", "expelled from the Party"),
                            ("moved_away", "went to a place that does not use this system"),
                            ("no_cadre", "is no longer a cadre"),
                        ],
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                ("effective_on", models.DateField(verbose_name="not counted from")),
                ("decision_number", models.CharField(blank=True, max_length=60, verbose_name="decision number")),
                ("decision_date", models.DateField(null=True, verbose_name="decision date")),
                ("ended", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("taken_back_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="departures",
                        to="organizations.person",
                    ),
                ),
                (
                    "taken_back_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="departures",
                        to="organizations.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "end of a membership",
                "verbose_name_plural": "ends of memberships",
                "ordering": ["-effective_on", "-id"],
                "indexes": [models.Index(fields=["unit", "effective_on"], name="departure_unit")],
            },
        ),
        noted("organizations_departure"),
    ]
