"""What readers send: ratings, comments, questions to the committee, votes in polls.

A reader is known by a mark alone: a keyed hash of a random number in a cookie that they get with their first vote.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.models import Unit
from lantoa.portal.enums import ContributionKind, ContributionReason, ContributionState
from lantoa.portal.models.pages import ArticlePage
from lantoa.portal.models.sites import PortalSite
from lantoa.portal.querysets import ContributionQuerySet, PollQuerySet

LEAST, MOST = 1, 5
"""The points that a reader may give an article."""


class Rating(models.Model):
    """The points of one reader for one article: the last ones that they gave."""

    article = models.ForeignKey(ArticlePage, on_delete=models.CASCADE, related_name="ratings")
    reader = models.CharField(max_length=64, db_collation="C")
    points = models.PositiveSmallIntegerField(_("points"))
    given_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "reader"],
                name="portal_rating_once",
                violation_error_message=_("This reader has rated the article already."),
            ),
            models.CheckConstraint(
                condition=models.Q(points__range=(LEAST, MOST)),
                name="portal_rating_points",
                violation_error_message=_("Give 1 to 5 points."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points}/{MOST}"


class Contribution(models.Model):
    """A comment on an article, or a question to the committee. Nobody's address is kept with it.

    `reach` is how whoever asked wants to be told: it goes with the answer, or after 30 days. Of what was published and
    then taken down, `earlier_at` and `earlier_by` say when and by whom it was published, so that this can be undone.
    `waiting_since` is when somebody last did something about what waits: it came, was answered, or is to wait again.
    """

    client_id = models.UUIDField(unique=True, editable=False)
    portal = models.ForeignKey(PortalSite, on_delete=models.PROTECT, related_name="contributions")
    kind = models.CharField(_("kind"), max_length=8, choices=ContributionKind)
    article = models.ForeignKey(
        ArticlePage, verbose_name=_("article"), null=True, on_delete=models.CASCADE, related_name="comments_received"
    )
    topic = models.CharField(_("topic"), max_length=120, blank=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    text = models.TextField(_("text"), max_length=3000)
    reach = models.CharField(_("how to reach them"), max_length=120, blank=True)
    folded = models.TextField(db_collation="C", editable=False)
    sent_at = models.DateTimeField(_("sent at"), default=clock.now)
    waiting_since = models.DateTimeField(_("waiting since"), default=clock.now, editable=False)
    state = models.CharField(
        _("state"), max_length=9, choices=ContributionState, default=ContributionState.PENDING, editable=False
    )
    reason = models.CharField(_("reason"), max_length=13, choices=ContributionReason, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )

    earlier_at = models.DateTimeField(_("published before at"), null=True, editable=False)
    earlier_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )

    objects: ClassVar[ContributionQuerySet] = ContributionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("contribution of a reader")
        verbose_name_plural = _("contributions of readers")
        ordering = ["sent_at", "id"]
        indexes = [
            models.Index(fields=["article", "state", "sent_at"], name="portal_contrib_article"),
            models.Index(fields=["portal", "state", "sent_at"], name="portal_contrib_portal"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=ContributionKind.COMMENT, article__isnull=False, topic="", reach="")
                | models.Q(kind=ContributionKind.QUESTION, article__isnull=True) & ~models.Q(topic=""),
                name="portal_contribution_kind",
                violation_error_message=_("A comment is about an article, and a question has a topic."),
            ),
            models.CheckConstraint(
                condition=~models.Q(reason="") & models.Q(state=ContributionState.REFUSED)
                | models.Q(reason="") & ~models.Q(state=ContributionState.REFUSED),
                name="portal_contribution_reason",
                violation_error_message=_("What is refused is refused for a reason."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(reach="") | ~models.Q(state=ContributionState.PUBLISHED),
                    state__in=[ContributionState.PUBLISHED, ContributionState.REFUSED],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                )
                | models.Q(
                    state__in=[ContributionState.PENDING, ContributionState.ANSWERED],
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                ),
                name="portal_contribution_decided",
                violation_error_message=_(
                    "What is decided names who decided it, and what is published no way to reach whoever sent it."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(earlier_at__isnull=True, earlier_by__isnull=True)
                | models.Q(state=ContributionState.REFUSED, earlier_at__isnull=False, earlier_by__isnull=False),
                name="portal_contribution_earlier",
                violation_error_message=_("Only what is refused was published before and taken down."),
            ),
        ]

    def __str__(self) -> str:
        return self.topic or self.text[:60]

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.portal.unit

    @property
    def is_question(self) -> bool:
        """Whether it is a question to the committee."""
        return self.kind == ContributionKind.QUESTION

    @property
    def signed(self) -> str:
        """The name under which it is shown."""
        return self.name or str(_("A reader"))


class Answer(models.Model):
    """What the committee answers. Whoever wrote the answer does not approve it."""

    question = models.OneToOneField(Contribution, on_delete=models.CASCADE, related_name="answer")
    text = models.TextField(_("answer"), max_length=10_000)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written at"), default=clock.now)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")

    def __str__(self) -> str:
        return self.text[:60]


class CommentClosing(models.Model):
    """Comments are closed: of one article, or without an article of the whole site."""

    portal = models.ForeignKey(PortalSite, on_delete=models.PROTECT, related_name="closings")
    article = models.OneToOneField(ArticlePage, null=True, on_delete=models.CASCADE, related_name="closing")

    class Meta:
        verbose_name = _("closing of comments")
        verbose_name_plural = _("closings of comments")
        constraints = [
            models.UniqueConstraint(
                fields=["portal"],
                condition=models.Q(article__isnull=True),
                name="portal_closing_of_site_once",
                violation_error_message=_("Comments on this site are closed already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.article or self.portal)


class Poll(models.Model):
    """A question to readers with two to six choices, from a day to a day. Its result stays."""

    client_id = models.UUIDField(unique=True, editable=False)
    portal = models.ForeignKey(PortalSite, on_delete=models.PROTECT, related_name="polls")
    question = models.CharField(_("question"), max_length=200)
    begins_on = models.DateField(_("from the day"))
    ends_on = models.DateField(_("until the day"))
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)

    objects: ClassVar[PollQuerySet] = PollQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")
        ordering = ["-begins_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("begins_on")),
                name="portal_poll_days",
                violation_error_message=_("A poll does not end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.portal.unit

    @property
    def desk_url(self) -> str:
        """Where those who made it change it."""
        return reverse("portal:poll_edit", args=[self.pk])

    @property
    def has_begun(self) -> bool:
        """Whether readers have seen it."""
        return self.begins_on <= clock.today()

    @property
    def is_running(self) -> bool:
        """Whether readers may vote in it today."""
        return self.closed_at is None and self.begins_on <= clock.today() <= self.ends_on


class PollChoice(models.Model):
    """One of the choices of a poll, in its place."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="choices")
    place = models.PositiveSmallIntegerField()
    text = models.CharField(_("choice"), max_length=120)

    class Meta:
        verbose_name = _("choice of a poll")
        verbose_name_plural = _("choices of polls")
        ordering = ["poll", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "place"],
                name="portal_choice_place_once",
                violation_error_message=_("Two choices of a poll have the same place."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class PollVote(models.Model):
    """The vote of one reader in a poll: the last one that they gave."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="votes")
    choice = models.ForeignKey(PollChoice, on_delete=models.CASCADE, related_name="votes")
    reader = models.CharField(max_length=64, db_collation="C")

    class Meta:
        verbose_name = _("vote in a poll")
        verbose_name_plural = _("votes in polls")
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "reader"],
                name="portal_poll_vote_once",
                violation_error_message=_("This reader has voted in the poll already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.choice)
