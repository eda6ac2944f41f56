"""Reforms: many events of units that one table ordered. What happened to units is never changed or deleted afterwards."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from lantoa.audit.guards import append_only, noted

TREES = [
    ("party", "Party organisation"),
    ("administrative", "administrative units"),
    ("mass", "mass organisations"),
]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("organizations", "0004_import_decisions")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="UnitReform",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tree", models.CharField(choices=TREES, max_length=16, verbose_name="tree")),
                ("source", models.CharField(max_length=200, verbose_name="source")),
                ("sha256", models.CharField(max_length=64)),
                ("effective_on", models.DateField(verbose_name="takes effect on")),
                ("report", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "reform of units",
                "verbose_name_plural": "reforms of units",
                "ordering": ["-effective_on", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tree", "effective_on", "sha256"),
                        name="unit_reform_once",
                        violation_error_message="This table has been applied to that day already.",
                    )
                ],
            },
        ),
        migrations.AddField("unitevent", "client_id", models.UUIDField(editable=False, null=True, unique=True)),
        migrations.AddField(
            model_name="unitevent",
            name="reform",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="organizations.unitreform",
            ),
        ),
        noted("organizations_unitreform"),
        *(append_only(f"organizations_{table}") for table in ("unitreform", "unitevent", "unitlink")),
    ]
