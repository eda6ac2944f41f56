"""Documents of the register that a portal shows to everybody."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lantoa.directives.models import Directive
from lantoa.kernel import clock
from lantoa.organizations.models import Unit
from lantoa.portal.models.sites import PortalSite
from lantoa.portal.querysets import PublicDocumentQuerySet


class PublicDocument(models.Model):
    """A directive of the register on a portal: what the register says about it, and its files, are for everybody.

    Its address bears the number of this row, which stays when it is withdrawn and published again.
    """

    portal = models.ForeignKey(
        PortalSite, on_delete=models.PROTECT, related_name="documents", verbose_name=_("portal site")
    )
    directive = models.ForeignKey(
        Directive, on_delete=models.PROTECT, related_name="publications", verbose_name=_("directive")
    )
    published_at = models.DateTimeField(_("published at"), default=clock.now)
    withdrawn_at = models.DateTimeField(_("taken off at"), null=True, blank=True)

    objects: ClassVar[PublicDocumentQuerySet] = PublicDocumentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("public document")
        verbose_name_plural = _("public documents")
        ordering = ["-directive__issued_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["portal", "directive"],
                name="portal_document_once",
                violation_error_message=_("This portal shows the document already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.directive)

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.portal.unit
