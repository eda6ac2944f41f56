"""Special pages, and the first page in English."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page

from lantoa.organizations.actors import Actor
from lantoa.plans.models import Campaign
from lantoa.portal.blocks import BodyBlock
from lantoa.portal.models.figures import check_figures
from lantoa.portal.models.media import Picture
from lantoa.portal.models.page_form import PortalPageForm
from lantoa.portal.models.pages import RESERVED, ArticlePage, PortalPage


class SpecialPageForm(PortalPageForm):
    """A special page names only a campaign that its editor sees in the work itself, or the one that it has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "campaign" in self.fields:
            seen = Campaign.objects.visible_to(Actor.of(self.for_user)) if self.for_user else Campaign.objects.none()
            kept = Campaign.objects.filter(pk=self.instance.campaign_id)
            self.fields["campaign"].queryset = (seen | kept).distinct()


class SpecialPage(PortalPage):
    """A special page (chuyên trang): one matter with its own picture, articles chosen from any section, and the public
    documents of a campaign."""

    lead = models.TextField(_("lead"), max_length=600, blank=True)
    picture = models.ForeignKey(
        Picture, verbose_name=_("picture"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Its documents are listed here, as far as this site shows them."),
    )

    parent_page_types: ClassVar[list[str]] = ["portal.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    template = "portal/special_page.html"
    base_form_class = SpecialPageForm
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("lead"),
        FieldPanel("picture"),
        InlinePanel("chosen", heading=_("Articles"), label=_("Article"), max_num=40),
        FieldPanel("campaign"),
    ]

    class Meta:
        verbose_name = _("special page")
        verbose_name_plural = _("special pages")

    def clean(self) -> None:
        """Raises ValidationError where its address is taken by something else."""
        super().clean()
        if self.slug in RESERVED:
            raise ValidationError({"slug": _("This address is taken. Choose another one.")})


class ChosenArticle(Orderable):
    """An article that stands on a special page."""

    page = ParentalKey(SpecialPage, on_delete=models.CASCADE, related_name="chosen")
    article = models.ForeignKey(ArticlePage, verbose_name=_("article"), on_delete=models.CASCADE, related_name="+")

    panels: ClassVar[list[Any]] = [FieldPanel("article")]

    class Meta(Orderable.Meta):
        verbose_name = _("article of a special page")
        verbose_name_plural = _("articles of special pages")

    def __str__(self) -> str:
        return str(self.article)


class EnglishPage(PortalPage):
    """The first page for who reads English: what the organisation is and where it can be asked."""

    lead = models.TextField(_("lead"), max_length=600, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    max_count_per_parent = 1
    parent_page_types: ClassVar[list[str]] = ["portal.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    template = "portal/english_page.html"
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    promote_panels: ClassVar[list[Any]] = [
        MultiFieldPanel([FieldPanel("search_description")], _("In addresses and search engines"))
    ]

    class Meta:
        verbose_name = _("first page in English")
        verbose_name_plural = _("first pages in English")

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """It stands at one address on every site."""
        self.slug = "en"
        super().full_clean(*args, **kwargs)

    def clean(self) -> None:
        """Raises ValidationError where figures stand in the body that were given to another portal."""
        super().clean()
        check_figures(self)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, and what stands around it, in English."""
        with override("en"):
            response = super().serve(request, *args, **kwargs)
            rendered: HttpResponse = response.render()
        rendered["Content-Language"] = "en"
        return rendered
