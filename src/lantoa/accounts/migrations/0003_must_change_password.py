"""A password that an administrator has seen is replaced at its first use."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0002_triggers")]
    operations: ClassVar = [
        migrations.AddField(
            "user",
            "must_change_password",
            models.BooleanField(default=False, verbose_name="has a one-time password"),
        ),
    ]
