"""Giving figures of the work out to the editors of a portal."""

import uuid
from typing import cast

from django.conf import settings
from django.utils import timezone
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from lantoa.accounts.models import User
from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import fold
from lantoa.notifications.telling import Message, tell
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit
from lantoa.plans.models import Campaign
from lantoa.portal.models import ArticlePage, Figure, FigureSet, PortalSite, SectionPage
from lantoa.portal.models.figures import BLOCK
from lantoa.portal.offering import notices
from lantoa.portal.offering.errors import FormUsed, NothingToTell
from lantoa.portal.offering.figures import Figures, figures_of_campaign, figures_of_session
from lantoa.portal.policies import can_offer_figures
from lantoa.study_sessions.models import StudySession


@use_case
def offer_figures(
    *,
    actor: Actor,
    client_id: uuid.UUID,
    section: SectionPage,
    campaign: Campaign,
    unit: Unit,
    session: StudySession | None = None,
) -> FigureSet:
    """Give the figures of a unit in a campaign, or those of a session of it, to the editors of the section's portal.

    They are frozen as they stand now, and a draft article begins with them; nothing is published, and no name of a
    person goes along. The editors are told. The same `client_id` again gives what the first call made. Raises
    NotPermitted (an officer of the portal's unit, for units at or below it), FormUsed, NothingToTell.
    """
    portal = PortalSite.objects.of_page(section)
    if portal is None or not can_offer_figures(actor=actor, portal_unit=portal.unit, unit=unit):
        raise NotPermitted
    PortalSite.objects.select_for_update(of=("self",), no_key=True).get(pk=portal.pk)
    if first := FigureSet.objects.filter(client_id=client_id).first():
        if (first.portal, first.unit, first.campaign, first.session) != (portal, unit, campaign, session):
            raise FormUsed
        return first
    with override(settings.LANGUAGE_CODE):
        figures = figures_of_session(session) if session else figures_of_campaign(campaign, unit)
        if not figures.told:
            raise NothingToTell
        article = _draft(section, figures, client_id)
    given = FigureSet.objects.create(
        client_id=client_id,
        portal=portal,
        unit=unit,
        campaign=campaign,
        session=session,
        source=figures.source,
        offered_by_id=cast("int", actor.user_id),
        article_id=article.pk,
    )
    Figure.objects.bulk_create(
        Figure(
            figures=given, key=row.key, position=at, label=row.label, value=row.value, measure=row.measure,
            address=row.address,
        )
        for at, row in enumerate(figures.told)
    )  # fmt: skip
    rows = [{"key": row.key, "label": row.label, "value": row.value} for row in figures.told]
    article.body = [(BLOCK, {"origin": str(client_id), "rows": rows})]
    article.save_revision(user=User.objects.get(pk=given.offered_by_id), log_action=True)
    _tell_editors(given, portal, article)
    facts = {"source": given.source, "article": article.pk}
    audit.record(actor=actor, action="portal.offer_figures", about=given, unit=portal.unit, facts=facts)
    return given


def _draft(section: SectionPage, figures: Figures, client_id: uuid.UUID) -> ArticlePage:
    """The article that an editor goes on with; its body comes with the first version of it."""
    title = Truncator(figures.title).chars(200)
    moment = timezone.localtime(clock.now())
    lead = _("As of %(moment)s: %(reach)s") % {"moment": f"{moment:%H:%M %d/%m/%Y}", "reach": figures.reach}
    parent = SectionPage.objects.get(pk=section.pk)
    article: ArticlePage = parent.add_child(
        instance=ArticlePage(
            title=title,
            draft_title=title,
            slug=f"{slugify(fold(title))[:60].strip('-')}-{client_id.hex[:8]}",
            lead=Truncator(lead).chars(600),
            live=False,
            has_unpublished_changes=True,
        )
    )
    return article


def _tell_editors(given: FigureSet, portal: PortalSite, article: ArticlePage) -> None:
    tell(
        [
            Message(
                receiver_id=receiver,
                kind=notices.OFFERED,
                occasion=f"{notices.OFFERED}:{given.pk}",
                parameters={"portal": portal.name, "title": article.title},
                link=notices.link_to(article.pk),
                about_type=notices.ABOUT,
                about_id=given.pk,
            )
            for receiver in portal.writers.user_set.order_by("pk").values_list("pk", flat=True)
        ]
    )
