"""The pages of a portal site: the first page, sections, articles."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.admin.panels import CommentPanel, FieldPanel, InlinePanel, MultiFieldPanel, PublishingPanel
from wagtail.admin.widgets.slug import SlugInput
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.models.pages import PagePermissionTester

from lantoa.organizations.enums import SpokenLanguage
from lantoa.portal.blocks import BodyBlock
from lantoa.portal.enums import CODES
from lantoa.portal.models.figures import check_figures
from lantoa.portal.models.media import Attachment, Picture
from lantoa.portal.models.page_form import PortalPageForm
from lantoa.portal.slugs import PLAIN

RESERVED = frozenset(
    {
        *("anh", "tep", "mau", "tim-kiem", "goi-y", "van-ban", "_util", "gop-y", "hoi-dap", "binh-chon"),
        *("bai", "the", "lich", "lien-he", "so-do", "bang-ron", "en"),
    }
)
"""What stands in an address beside the pages."""

Surroundings = Callable[["PortalPage", HttpRequest], dict[str, Any]]
_surroundings: list[Surroundings] = []


def surround(*reads: Surroundings) -> None:
    """Let `reads` say what stands around a page; called once, when the apps are ready."""
    _surroundings[:] = reads


class PagePermissions(PagePermissionTester):
    """What a user may do with a page of the portal: nothing is published but by the last step of the review."""

    def can_publish(self) -> bool:
        """Never at once: the review publishes."""
        return False

    def can_publish_subpage(self) -> bool:
        """Never at once either."""
        return False

    def can_unpublish(self) -> bool:
        """What another site shares is taken off here by giving it back, not for as long as it stays unchanged there."""
        return self.page.alias_of_id is None and bool(super().can_unpublish())

    def can_unschedule(self) -> bool:
        """Taking back what was to appear is of the same kind as taking back what has appeared."""
        return "publish" in self.permissions

    def can_set_view_restrictions(self) -> bool:
        """What is published is for everybody."""
        return False


class PortalPage(Page):
    """What all pages of a portal share."""

    show_in_menus_default = False
    base_form_class = PortalPageForm
    promote_panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [FieldPanel("slug", widget=SlugInput(formatters=PLAIN)), FieldPanel("search_description")],
            _("In addresses and search engines"),
        )
    ]
    settings_panels: ClassVar[list[Any]] = [PublishingPanel(), CommentPanel()]

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> PagePermissions:
        """What the user may do with it."""
        return PagePermissions(user, self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The page, and what stands around it."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        for read in _surroundings:
            context |= read(self, request)
        return context


class HomePage(PortalPage):
    """The first page of a site: highlights and banners, and the newest articles, section by section."""

    lead = models.TextField(_("lead"), max_length=300, blank=True)

    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["portal.SectionPage", "portal.SpecialPage", "portal.EnglishPage"]
    template = "portal/home_page.html"
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("lead"),
        InlinePanel("highlights", heading=_("Highlights"), label=_("Highlight"), max_num=12),
        InlinePanel("banners", heading=_("Banners"), label=_("Banner"), max_num=12),
        InlinePanel("officers", heading=_("Contact"), label=_("Officer"), max_num=30),
    ]

    class Meta:
        verbose_name = _("first page")
        verbose_name_plural = _("first pages")


class SectionPage(PortalPage):
    """A section (chuyên mục): whatever stands in it, the newest first."""

    lead = models.TextField(_("lead"), max_length=300, blank=True)

    parent_page_types: ClassVar[list[str]] = ["portal.HomePage", "portal.SectionPage"]
    subpage_types: ClassVar[list[str]] = ["portal.ArticlePage", "portal.SectionPage"]
    template = "portal/section_page.html"
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("lead")]

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def clean(self) -> None:
        """Raises ValidationError where its address is taken by something else."""
        super().clean()
        if self.slug in RESERVED:
            raise ValidationError({"slug": _("This address is taken. Choose another one.")})


class ArticleTag(TaggedItemBase):
    """A tag of an article."""

    content_object = ParentalKey("portal.ArticlePage", on_delete=models.CASCADE, related_name="tagged_items")

    class Meta:
        verbose_name = _("tag of an article")
        verbose_name_plural = _("tags of articles")


class ArticlePage(PortalPage):
    """An article: title, lead, picture, and a body of blocks; perhaps somebody reads it aloud (`recording`).

    `is_correction` and `correction` belong to the version that is written: once it is published they are empty again.
    `corrected_at` and `corrected` say when the published text last changed and what was corrected then; the publication
    writes them, never an editor. `is_given_back` belongs to what another site shares: it is shown no longer, and its
    row waits with what readers sent for the day on which it is taken again.
    """

    lead = models.TextField(_("lead"), max_length=600, help_text=_("What the article says, in two or three sentences."))
    picture = models.ForeignKey(
        Picture, verbose_name=_("picture"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    caption = models.CharField(_("caption"), max_length=300, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=SpokenLanguage, default=SpokenLanguage.VIETNAMESE)
    tags = ClusterTaggableManager(through=ArticleTag, blank=True, verbose_name=_("tags"))
    is_offered = models.BooleanField(
        _("offered to the sites below"),
        default=False,
        help_text=_("Their editors can show it there as it stands here, under your name."),
    )
    recording = models.ForeignKey(
        Attachment, verbose_name=_("recording"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    spoken = models.CharField(
        _("language of the recording"),
        max_length=10,
        choices=SpokenLanguage,
        blank=True,
        help_text=_("Empty: the language of the article."),
    )
    transcript = models.TextField(
        _("transcript"),
        max_length=20_000,
        blank=True,
        help_text=_("What is said, in the language of the article, for who cannot hear it."),
    )
    is_correction = models.BooleanField(_("this version corrects a mistake"), default=False)
    correction = models.CharField(
        _("what was corrected"),
        max_length=300,
        blank=True,
        help_text=_("In one sentence; readers see it above the article."),
    )
    corrected_at = models.DateTimeField(_("last changed at"), null=True, blank=True, editable=False)
    corrected = models.CharField(_("what was corrected last"), max_length=300, blank=True, editable=False)
    is_given_back = models.BooleanField(_("given back"), default=False, editable=False)

    views = 0
    """How often it was read, where whoever fetched it asked for that."""

    parent_page_types: ClassVar[list[str]] = ["portal.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "portal/article_page.html"
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("lead"),
        MultiFieldPanel([FieldPanel("picture"), FieldPanel("caption")], _("Picture")),
        FieldPanel("body"),
        InlinePanel("authors", heading=_("Authors"), label=_("Author"), min_num=0, max_num=10),
        MultiFieldPanel([FieldPanel("source"), FieldPanel("language"), FieldPanel("tags")], _("About the article")),
        FieldPanel("is_offered"),
        MultiFieldPanel(
            [FieldPanel("recording"), FieldPanel("spoken"), FieldPanel("transcript")], _("Recording of the article")
        ),
        MultiFieldPanel([FieldPanel("is_correction"), FieldPanel("correction")], _("Correction")),
    ]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    def clean(self) -> None:
        """Raises ValidationError for a recording that is no sound, a correction that does not say of what, and figures
        in the body that were given to another portal."""
        super().clean()
        if self.recording is not None and not self.recording.is_sound:
            raise ValidationError({"recording": _("Choose a recording: MP3, M4A or Ogg.")})
        if self.is_correction and not self.correction.strip():
            raise ValidationError({"correction": _("Say in a sentence what was corrected.")})
        check_figures(self)

    def with_content_json(self, content: dict[str, Any]) -> "ArticlePage":
        """The article with that content; whether it is given back is no part of it."""
        found: ArticlePage = super().with_content_json(content)
        found.is_given_back = self.is_given_back
        return found

    @transaction.atomic
    def update_aliases(self, **changes: Any) -> None:
        """Let what other sites share follow this article; none shows it that gave it back, or before its time."""
        super().update_aliases(**changes)
        shared = ArticlePage.objects.live().filter(alias_of=self)
        for shown in shared.filter(is_given_back=True) if self.live else shared:
            shown.unpublish(log_action=False)

    @property
    def spoken_language(self) -> SpokenLanguage:
        """The language of the recording."""
        return SpokenLanguage(self.spoken or self.language)

    @property
    def spoken_code(self) -> str:
        """The same as browsers are told it."""
        return CODES[self.spoken_language]

    @property
    def is_heard_first(self) -> bool:
        """Whether the recording stands before the text: its language is one that is more spoken than read."""
        return self.recording is not None and self.spoken_language != SpokenLanguage.VIETNAMESE

    @cached_property
    def author_names(self) -> list[str]:
        """Those who wrote it, in their order."""
        return [author.name for author in self.authors.all()]

    @property
    def lang(self) -> str:
        """The language of title, lead and body as browsers are told it."""
        return CODES[SpokenLanguage(self.language)]


class ArticleAuthor(Orderable):
    """Who wrote an article, as the byline has it."""

    article = ParentalKey(ArticlePage, on_delete=models.CASCADE, related_name="authors")
    name = models.CharField(_("name"), max_length=120)

    panels: ClassVar[list[Any]] = [FieldPanel("name")]

    class Meta(Orderable.Meta):
        verbose_name = _("author")
        verbose_name_plural = _("authors")

    def __str__(self) -> str:
        return self.name
