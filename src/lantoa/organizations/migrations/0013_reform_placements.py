"""Lists on which what stands at units that a reform ends is placed before it is applied."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("organizations", "0012_imports_in_one_go"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="uniteventdraft",
            name="reform_level",
            field=models.CharField(
                blank=True,
                choices=[
                    ("province", "province"),
                    ("district", "district"),
                    ("commune", "commune"),
                    ("village", "village"),
                    ("provincial_committee", "provincial Party committee"),
                    ("district_committee", "district Party committee"),
                    ("commune_committee", "commune Party committee"),
                    ("grassroots_committee", "grassroots Party committee"),
                    ("grassroots_cell", "grassroots cell"),
                    ("cell", "cell under a grassroots committee"),
                    ("mass_organisation", "mass organisation"),
                ],
                default="",
                max_length=24,
                verbose_name="level of the reform",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="uniteventdraft",
            name="reform",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drafts",
                to="organizations.unitreform",
            ),
        ),
        migrations.AlterField(
            model_name="uniteventdraft",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
