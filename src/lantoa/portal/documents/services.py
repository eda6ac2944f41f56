"""Showing a document of the register to everybody, and taking it back."""

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.directives.models import Directive
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.portal.documents import indexing
from lantoa.portal.models import PortalSite, PublicDocument
from lantoa.portal.policies import can_approve


@use_case
def publish_document(*, actor: Actor, portal: PortalSite, directive: Directive) -> PublicDocument:
    """Show a directive of the register, with its files, on a portal. It is found at once; a repeat changes nothing.

    Each file was declared free of secrecy marks when it was kept. Raises NotPermitted: who approves for the portal, and
    only what they see in the register.
    """
    if not can_approve(actor=actor, unit=portal.unit):
        raise NotPermitted
    seen = Directive.objects.visible_to(actor).select_related("registered_by").filter(pk=directive.pk).first()
    if seen is None:
        raise NotPermitted
    Directive.objects.select_for_update(no_key=True).get(pk=seen.pk)
    document, is_new = PublicDocument.objects.get_or_create(portal=portal, directive=seen)
    if not is_new and document.withdrawn_at is None:
        return document
    if not is_new:
        document.published_at, document.withdrawn_at = clock.now(), None
        document.save(update_fields=["published_at", "withdrawn_at"])
    document.directive = seen
    indexing.put(document)
    audit.record(
        actor=actor,
        action="portal.publish_document",
        about=document,
        unit=portal.unit,
        facts={"number": seen.number, "directive": seen.pk},
    )
    return document


@use_case
def withdraw_document(*, actor: Actor, document: PublicDocument) -> None:
    """Show a document no more; its address says so. A repeat changes nothing. Raises NotPermitted."""
    portal = document.portal
    if not can_approve(actor=actor, unit=portal.unit):
        raise NotPermitted
    stored = PublicDocument.objects.select_for_update(of=("self",)).select_related("directive").get(pk=document.pk)
    if stored.withdrawn_at is not None:
        return
    stored.withdrawn_at = clock.now()
    stored.save(update_fields=["withdrawn_at"])
    indexing.take_out(stored)
    audit.record(
        actor=actor,
        action="portal.withdraw_document",
        about=stored,
        unit=portal.unit,
        facts={"number": stored.directive.number},
    )
