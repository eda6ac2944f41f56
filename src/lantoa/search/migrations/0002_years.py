"""The year among the words of each entry, so that the newest answers are found without reading all."""

from typing import ClassVar

import django.contrib.postgres.indexes
from django.db import migrations, models

_WORDS = django.contrib.postgres.indexes.GinIndex(
    fastupdate=False, fields=["vector", "scope"], name="search_entry_words"
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("search", "0001_initial")]
    operations: ClassVar = [
        # Ten times as fast as to keep the index while every entry changes.
        migrations.RemoveIndex(model_name="searchentry", name="search_entry_words"),
        migrations.RunSQL(
            "UPDATE search_searchentry SET vector = "
            "array_to_tsvector(tsvector_to_array(vector) || ('@' || extract(year FROM day)::text))",
            "UPDATE search_searchentry SET vector = "
            "array_to_tsvector(array_remove(tsvector_to_array(vector), '@' || extract(year FROM day)::text))",
        ),
        migrations.AddIndex(model_name="searchentry", index=_WORDS),
        migrations.AddIndex(
            model_name="searchentry", index=models.Index(fields=["kind", "day"], name="search_entry_day")
        ),
    ]
