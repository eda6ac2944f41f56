"""People may check in by a wall code, through a virtual device of whoever opened it."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("attendance", "0006_from_phones")]
    operations: ClassVar = [
        migrations.AlterField(
            model_name="device",
            name="kind",
            field=models.CharField(
                choices=[
                    ("web", "connected page"),
                    ("phone", "phone"),
                    ("sheet", "signed sheet"),
                    ("workbook", "workbook"),
                    ("self", "wall code"),
                ],
                max_length=8,
                verbose_name="kind",
            ),
        ),
    ]
