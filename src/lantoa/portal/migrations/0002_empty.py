"""Wagtail begins with a page, a site, groups and a workflow of its own: ours come from `open_site` and appointments."""

from typing import Any

from django.db import migrations


def take_away(apps: Any, schema_editor: Any) -> None:
    apps.get_model("wagtailcore", "Site").objects.all().delete()
    apps.get_model("wagtailcore", "WorkflowPage").objects.all().delete()
    apps.get_model("wagtailcore", "WorkflowTask").objects.all().delete()
    apps.get_model("wagtailcore", "GroupApprovalTask").objects.all().delete()
    apps.get_model("wagtailcore", "Task").objects.all().delete()
    apps.get_model("wagtailcore", "Workflow").objects.all().delete()
    page = apps.get_model("wagtailcore", "Page")
    page.objects.filter(depth__gt=1).delete()
    page.objects.filter(depth=1).update(numchild=0)
    apps.get_model("auth", "Group").objects.filter(name__in=["Moderators", "Editors"]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(take_away, migrations.RunPython.noop)]
