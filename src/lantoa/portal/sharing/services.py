"""Showing an article of a site above, and no longer showing it."""

from wagtail.models import Page

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.portal import indexing
from lantoa.portal.errors import NoLongerOffered, NoSuchSection
from lantoa.portal.models import ArticlePage, PortalSite, SectionPage
from lantoa.portal.policies import can_write
from lantoa.portal.selectors import sections_of
from lantoa.portal.sharing.following import give_back
from lantoa.portal.sharing.selectors import copies_on, offered_to, taken_on


@use_case
def take_article(*, actor: Actor, portal: PortalSite, article: ArticlePage, section: SectionPage) -> ArticlePage:
    """Show an article of a site above in a section of the own one, at once: its text was approved where it comes from.

    It changes and goes with the original: whoever withdraws that waits until this is done, and takes this along. What
    was given back here comes again with its number and with what readers sent. A repeat gives what is shown already.
    Raises NotPermitted (who writes for the portal), NoLongerOffered, NoSuchSection.
    """
    if not can_write(actor=actor, unit=portal.unit):
        raise NotPermitted
    PortalSite.objects.select_for_update(of=("self",), no_key=True).get(pk=portal.pk)
    list(Page.objects.select_for_update(of=("self",), no_key=True).filter(pk=article.pk))
    known = copies_on(portal).filter(alias_of=article.pk).first()
    if known and not known.is_given_back:
        return known
    offered = offered_to(portal).filter(pk=article.pk).first()
    if offered is None:
        raise NoLongerOffered
    if section not in sections_of(portal):
        raise NoSuchSection
    parent = Page.objects.get(pk=section.pk)
    shown = _shown_again(known, parent) if known else _shown_first(offered, parent)
    indexing.put(shown)
    facts = {"article": offered.pk, "section": section.pk}
    audit.record(actor=actor, action="portal.take_article", about=shown, unit=portal.unit, facts=facts)
    return shown


def _shown_first(offered: ArticlePage, parent: Page) -> ArticlePage:
    shown: ArticlePage = offered.create_alias(parent=parent, update_slug=_free_slug(offered, parent))
    return shown


def _shown_again(kept: ArticlePage, parent: Page) -> ArticlePage:
    """It has followed its original all the while."""
    if not kept.is_child_of(parent):
        kept.slug = _free_slug(kept, parent)
        kept.save(clean=False)
        kept.move(parent, pos="last-child")
        kept = ArticlePage.objects.get(pk=kept.pk)
    kept.is_given_back, kept.expired, kept.has_unpublished_changes, kept.live = False, False, False, True
    kept.save(clean=False)
    return kept


def _free_slug(article: ArticlePage, parent: Page) -> str:
    is_free = Page._slug_is_available(article.slug, parent)
    return str(article.slug) if is_free else f"{article.slug[:230]}-{article.pk}"


@use_case
def return_article(*, actor: Actor, portal: PortalSite, shown: ArticlePage) -> None:
    """Show an article of another site no longer; it can be taken again, and is what it was then. A repeat changes
    nothing.

    Raises NotPermitted: who writes for the portal.
    """
    if not can_write(actor=actor, unit=portal.unit):
        raise NotPermitted
    kept = taken_on(portal).filter(pk=shown.pk).first()
    if kept is None:
        return
    facts = {"article": kept.alias_of_id}
    audit.record(actor=actor, action="portal.return_article", about=kept, unit=portal.unit, facts=facts)
    give_back(kept)
