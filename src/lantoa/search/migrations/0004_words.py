"""The index of the words, made again after every entry has changed."""

from typing import ClassVar

import django.contrib.postgres.indexes
from django.db import migrations

_WORDS = django.contrib.postgres.indexes.GinIndex(
    fastupdate=False, fields=["vector", "scope"], name="search_entry_words"
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("search", "0003_threes")]
    operations: ClassVar = [migrations.AddIndex(model_name="searchentry", index=_WORDS)]
