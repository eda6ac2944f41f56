"""The index: one row for each thing that can be found."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from lantoa.search.fields import LexemesField


class SearchEntry(models.Model):
    """What a search knows about one object of one kind. Nothing points from here to other tables.

    `scope` holds the keys of those who may find it; the kind says what they mean. `day` orders equally good hits, the
    latest first. `attached` is the text of its files as it stands there, so that a change of other words need not read
    them again; `folded` is all its text, in which a phrase is looked up.
    """

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    day = models.DateField()
    scope = ArrayField(models.CharField(max_length=24, db_collation="C"))
    attached = models.TextField(blank=True)
    folded = models.TextField(blank=True, db_collation="C")
    vector = LexemesField()

    objects: ClassVar[models.Manager["SearchEntry"]]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                name="search_entry_once",
                violation_error_message="An object stands in the index once.",
            ),
        ]
        indexes = [
            GinIndex(fields=["vector", "scope"], name="search_entry_words", fastupdate=False),
            models.Index(fields=["kind", "day"], name="search_entry_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
