"""Sending a comment or a question. Nothing of it is shown before somebody has looked at it."""

import uuid

from django.db.models import Q

from lantoa.audit.usecases import use_case
from lantoa.kernel.vietnamese import fold
from lantoa.organizations.actors import Actor
from lantoa.portal.enums import ContributionKind
from lantoa.portal.models import ArticlePage, CommentClosing, Contribution, PortalSite
from lantoa.portal.readers import errors
from lantoa.portal.readers.words import one_line, plain


@use_case
def send_comment(
    *, actor: Actor, client_id: uuid.UUID, portal: PortalSite, article: ArticlePage, name: str, text: str
) -> Contribution:
    """Keep a comment on an article, which waits for an editor; the same words under the same `client_id` give the
    first one, other words are another comment.

    Whoever reads may comment. Raises CommentsClosed.
    """
    closed = Q(article=article) | Q(article__isnull=True)
    if CommentClosing.objects.filter(closed, portal=portal).exists():
        raise errors.CommentsClosed
    return _kept(
        Contribution(
            client_id=client_id, portal=portal, kind=ContributionKind.COMMENT, article=article, name=name, text=text
        )
    )


@use_case
def send_question(
    *, actor: Actor, client_id: uuid.UUID, portal: PortalSite, topic: str, text: str, name: str, reach: str
) -> Contribution:
    """Keep a question to the committee of a portal, which waits for an answer; the same words under the same
    `client_id` give the first one, other words are another question. Whoever reads may ask."""
    question = Contribution(client_id=client_id, portal=portal, kind=ContributionKind.QUESTION, name=name, text=text)
    question.topic, question.reach = one_line(topic), one_line(reach)
    return _kept(question)


def _kept(sent: Contribution) -> Contribution:
    """What came, kept once. A browser that goes back brings the same form, in which something else may be written then:
    so the words are part of the number under which it is kept."""
    sent.name, sent.text = one_line(sent.name), plain(sent.text)
    sent.folded = fold(f"{sent.topic} {sent.name} {sent.text}")
    said = (sent.kind, sent.portal_id, sent.article_id, sent.topic, sent.name, sent.reach, sent.text)
    sent.client_id = uuid.uuid5(sent.client_id, "\n".join(map(str, said)))
    Contribution.objects.bulk_create([sent], ignore_conflicts=True)
    return Contribution.objects.get(client_id=sent.client_id)
