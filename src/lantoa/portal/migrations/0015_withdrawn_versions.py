"""What was withdrawn is no version that anybody may read: Wagtail's log says what was withdrawn so far, and when."""

from typing import ClassVar

from django.db import migrations, models

_SO_FAR = """
UPDATE portal_publishedversion version
SET withdrawn_at = (
  SELECT min(entry.timestamp) FROM wagtailcore_pagelogentry entry
  WHERE entry.page_id = version.article_id AND entry.action = 'wagtail.unpublish'
    AND entry.timestamp >= version.published_at
)
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("portal", "0014_given_back"), ("wagtailcore", "0098_apitoken")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="publishedversion",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="withdrawn at"),
        ),
        migrations.RunSQL(_SO_FAR, migrations.RunSQL.noop),
    ]
