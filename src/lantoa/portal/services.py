"""Opening a portal site."""

import uuid
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations import errors as organization_errors
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit
from lantoa.portal import errors
from lantoa.portal.groups import follow_appointments
from lantoa.portal.hosts import checked_colour, checked_host, claim_host
from lantoa.portal.models import HomePage, PortalSite, ReviewTask
from lantoa.portal.policies import can_open_site

COLOUR = "#9b1c1f"
"""Of a site whose administrator chose none."""
_COLLECTION_OF = {
    "writers": ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document"),
    "approvers": ("choose_image", "choose_document"),
}
_PAGES_OF = {"writers": ("add", "change", "lock"), "approvers": ("publish", "unlock")}


@use_case
def open_site(
    *,
    actor: Actor,
    unit: Unit,
    host: str,
    name: str,
    colour: str = COLOUR,
    port: int | None = None,
) -> PortalSite:
    """Open the portal of a unit at `host`, with an empty first page, its groups and the steps of its review.

    The first site of an installation answers at every other name too. A second call for the same unit and host gives
    the site that is there. Raises NotPermitted (an administrator at the unit or above), HostInvalid, ColourTooPale,
    SiteExists, HostTaken.
    """
    if not can_open_site(actor=actor, unit=unit):
        raise organization_errors.NotPermitted
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    host, name, colour = checked_host(host), normalise(name) or unit.name, checked_colour(colour)
    if known := PortalSite.objects.filter(unit=unit).select_related("site").first():
        if known.site.hostname == host:
            return known
        raise errors.SiteExists(name=known.name)
    number = port or (443 if settings.SECURE_SSL_REDIRECT else 80)
    claim_host(host)
    with override(settings.LANGUAGE_CODE):
        portal = _written(unit=unit, host=host, port=number, name=name, colour=colour)
    follow_appointments()
    audit.record(actor=actor, action="portal.open_site", about=portal, unit=unit, facts={"host": host})
    return portal


def _written(*, unit: Unit, host: str, port: int, name: str, colour: str) -> PortalSite:
    """The rows. What editors read of them is in the organisation's own language, whoever opens the site."""
    root = Page.get_first_root_node()
    home = root.add_child(instance=HomePage(title=name, slug=f"{slugify(host)[:40]}-{uuid.uuid4().hex[:8]}"))
    site = Site.objects.create(
        hostname=host,
        port=port,
        site_name=name,
        root_page=home,
        is_default_site=not Site.objects.filter(is_default_site=True).exists(),
    )
    collection = Collection.get_first_root_node().add_child(instance=Collection(name=name))
    writers = _group(_("Writers of %(portal)s"), name, unit, home, collection, "writers")
    approvers = _group(_("Approvers of %(portal)s"), name, unit, home, collection, "approvers")
    _set_up_review(home, name, writers, approvers)
    return PortalSite.objects.create(
        unit=unit, site=site, name=name, colour=colour, writers=writers, approvers=approvers, collection=collection
    )


def _group(title: str, name: str, unit: Unit, home: Page, collection: Collection, kind: str) -> Group:
    """A group with its rights on the pages and the files of one site, and the right to enter the editing pages."""
    shown = title % {"portal": name}
    group = Group.objects.create(name=f"{shown[:130]} ({unit.pk})")
    group.permissions.add(_permission("wagtailadmin", "access_admin"))
    for right in _PAGES_OF[kind]:
        GroupPagePermission.objects.create(group=group, page=home, permission_type=right)
    for right in _COLLECTION_OF[kind]:
        app = "wagtailimages" if right.endswith("image") else "wagtaildocs"
        GroupCollectionPermission.objects.create(group=group, collection=collection, permission=_permission(app, right))
    return group


def _permission(app: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app, codename=codename)


def _set_up_review(home: Page, name: str, writers: Group, approvers: Group) -> None:
    """First another writer looks at it, then somebody who approves for the unit."""
    workflow = Workflow.objects.create(name=_("Review of articles: %(portal)s") % {"portal": name}, active=True)
    steps: Iterable[tuple[str, Group]] = ((_("Editing"), writers), (_("Approval"), approvers))
    for order, (step, group) in enumerate(steps):
        task = ReviewTask.objects.create(name=step, active=True)
        task.groups.add(group)
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
    WorkflowPage.objects.create(page=home, workflow=workflow)
