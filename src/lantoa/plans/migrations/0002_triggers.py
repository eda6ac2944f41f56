"""What the database itself holds for this app's tables."""

from typing import ClassVar

from django.db import migrations

from lantoa.audit.guards import noted


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0002_triggers"), ("plans", "0001_initial")]
    operations: ClassVar = [
        noted("plans_campaign"),
        noted("plans_campaignrule"),
        noted("plans_plan"),
        noted("plans_target"),
        noted("plans_task"),
        noted("plans_summons"),
        noted("plans_summonsentry"),
    ]
