"""What articles said before they were corrected."""

import datetime as dt
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.portal.models.pages import ArticlePage

_READ = "title", "lead", "language", "caption", "source", "spoken", "transcript"
"""Some of them are not in the oldest versions."""


class PublishedVersion(models.Model):
    """An article as it was published once. Its content is kept here, so that tidying up Wagtail's drafts loses none.

    `is_changed`: its text is not that of the version before. `correction` says what it corrected, where its editor
    marked it so.

    `withdrawn_at`: an editor took the article from the portal while this version could be read there. Withdrawing is
    for what should never have stood there, so nobody reads the version again, whatever is published later. What goes
    by its own day (Wagtail's `expire_at`) was right, and stays among the versions.
    """

    article = models.ForeignKey(
        ArticlePage, on_delete=models.CASCADE, related_name="versions", verbose_name=_("article")
    )
    number = models.PositiveIntegerField(_("number"))
    content = models.JSONField(_("content"), encoder=DjangoJSONEncoder)
    published_at = models.DateTimeField(_("published at"), default=clock.now)
    is_changed = models.BooleanField(_("changed"), default=False)
    correction = models.CharField(_("what was corrected"), max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)

    objects: ClassVar[models.Manager["PublishedVersion"]] = models.Manager()

    class Meta:
        verbose_name = _("published version")
        verbose_name_plural = _("published versions")
        ordering = ["article_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "number"],
                name="portal_version_number_once",
                violation_error_message=_("The article has a version of this number already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.article}"

    @property
    def expires_at(self) -> dt.datetime | None:
        """When it went by its own day, unless another took its place before."""
        return parse_datetime(self.content.get("expire_at") or "")

    @property
    def as_article(self) -> ArticlePage:
        """What is read of it as it was, without asking the database; never to be saved.

        Picture and recording are known by their numbers alone: they may be gone.
        """
        body = ArticlePage._meta.get_field("body").to_python(self.content["body"])
        facts = {name: self.content[name] for name in _READ if name in self.content}
        numbers = {f"{name}_id": self.content.get(name) for name in ("picture", "recording")}
        found = ArticlePage(body=body, **facts, **numbers)
        found.author_names = [author["name"] for author in self.content["authors"]]
        return found
