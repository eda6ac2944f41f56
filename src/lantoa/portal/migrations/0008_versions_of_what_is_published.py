"""What was published before versions were kept is the first version of each article."""

from typing import ClassVar

from django.db import migrations

_FIRST = """
INSERT INTO portal_publishedversion (article_id, number, content, published_at, is_changed, correction)
SELECT page.id, 1, revision.content, coalesce(page.last_published_at, revision.created_at), false, ''
FROM portal_articlepage article
JOIN wagtailcore_page page ON page.id = article.page_ptr_id
JOIN wagtailcore_revision revision ON revision.id = page.live_revision_id
WHERE page.live
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("portal", "0007_recordings_and_versions"), ("wagtailcore", "0098_apitoken")]
    operations: ClassVar = [migrations.RunSQL(_FIRST, migrations.RunSQL.noop)]
