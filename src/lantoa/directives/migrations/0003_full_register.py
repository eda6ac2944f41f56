import django.db.models.deletion
import lantoa.kernel.clock
from django.db import migrations, models

SECTORS = """
INSERT INTO directives_directive_sectors (directive_id, sector_id)
SELECT id, sector_id FROM directives_directive WHERE sector_id IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED
"""


class Migration(migrations.Migration):
    dependencies = [("organizations", "0001_initial"), ("directives", "0002_triggers")]

    operations = [
        migrations.AddField(
            model_name="directive",
            name="sectors",
            field=models.ManyToManyField(
                blank=True, related_name="directives", to="organizations.sector", verbose_name="sectors"
            ),
        ),
        migrations.AddField(
            model_name="directive",
            name="signer",
            field=models.CharField(blank=True, default="", max_length=120, verbose_name="signed by"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="directive",
            name="effective_from",
            field=models.DateField(blank=True, null=True, verbose_name="in force from"),
        ),
        migrations.AddField(
            model_name="directive",
            name="effective_until",
            field=models.DateField(blank=True, null=True, verbose_name="in force until"),
        ),
        migrations.AddField(
            model_name="directive",
            name="key_points",
            field=models.TextField(blank=True, default="", verbose_name="what is new"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="directive",
            name="digest",
            field=models.TextField(blank=True, default="", verbose_name="one-page digest"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="directive",
            name="kind",
            field=models.CharField(
                choices=[
                    ("resolution", "resolution"),
                    ("instruction", "instruction"),
                    ("conclusion", "conclusion"),
                    ("decision", "decision"),
                    ("regulation", "regulation"),
                    ("guideline", "guideline"),
                    ("programme", "programme"),
                    ("plan", "plan"),
                    ("notice", "notice"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="directive",
            name="title",
            field=models.CharField(max_length=400, verbose_name="subject"),
        ),
        migrations.RunSQL(SECTORS, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="directive", name="directive_sector_fits_class"),
        migrations.RemoveField(model_name="directive", name="sector"),
        migrations.RemoveField(model_name="directive", name="folded_text"),
        migrations.AddConstraint(
            model_name="directive",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("effective_until__isnull", True),
                    models.Q(("effective_from__isnull", True), ("effective_until__gte", models.F("issued_on"))),
                    models.Q(("effective_from__isnull", False), ("effective_until__gte", models.F("effective_from"))),
                    _connector="OR",
                ),
                name="directive_ends_after_it_begins",
                violation_error_message="A directive cannot end before it is in force.",
            ),
        ),
        migrations.CreateModel(
            name="DirectiveRelation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("replaces", "replaces"),
                            ("amends", "amends"),
                            ("guides", "guides the carrying out of"),
                        ],
                        max_length=8,
                        verbose_name="relation",
                    ),
                ),
                (
                    "directive",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="relations",
                        to="directives.directive",
                        verbose_name="directive",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="relations_to_it",
                        to="directives.directive",
                        verbose_name="the other directive",
                    ),
                ),
            ],
            options={
                "verbose_name": "relation of directives",
                "verbose_name_plural": "relations of directives",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("directive", "other"),
                        name="directive_relation_once",
                        violation_error_message="A relation between these two directives is in the register already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("directive", models.F("other")), _negated=True),
                        name="directive_relation_to_another",
                        violation_error_message="A directive has no relation to itself.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DirectiveVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=lantoa.kernel.clock.now, editable=False, verbose_name="changed at"
                    ),
                ),
                ("changes", models.JSONField(verbose_name="changes")),
                (
                    "directive",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="directives.directive",
                        verbose_name="directive",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a directive",
                "verbose_name_plural": "versions of a directive",
                "ordering": ["-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("directive", "version"),
                        name="directive_version_once",
                        violation_error_message="This version is kept already.",
                    )
                ],
            },
        ),
    ]
