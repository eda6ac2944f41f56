"""The blocks of which the body of an article is built."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.telepath import register
from wagtail.blocks.stream_block import StreamBlockAdapter
from wagtail.contrib.table_block.blocks import TableBlock, TableInput, TableInputAdapter
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText, expand_db_html

from lantoa.organizations.enums import SpokenLanguage
from lantoa.portal.cleaning import cleaned
from lantoa.portal.enums import CODES
from lantoa.portal.figure_blocks import FiguresBlock

FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link"]
_MENU = {
    "row_above": _("Insert a row above"),
    "row_below": _("Insert a row below"),
    "col_left": _("Insert a column on the left"),
    "col_right": _("Insert a column on the right"),
    "remove_row": _("Remove the row"),
    "remove_col": _("Remove the column"),
    "undo": _("Undo"),
    "redo": _("Do it again"),
}
_TABLE = {"contextMenu": list(_MENU)}
_GRID_KNOWS = "en-US"
"""The one language of the grid's own words, none of which is shown."""


class ParagraphBlock(blocks.RichTextBlock):
    """Text with few marks, cleaned whenever it is shown."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"features": FEATURES, **options})

    def render_basic(self, value: RichText, context: dict[str, Any] | None = None) -> SafeString:
        """The text as a reader gets it."""
        return cleaned(expand_db_html(value.source))


class PictureBlock(blocks.StructBlock):
    """A picture with what stands under it; what it shows is said with the picture itself."""

    picture = ImageChooserBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), max_length=300, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "portal/blocks/picture.html"


class QuoteBlock(blocks.StructBlock):
    """What somebody said or wrote."""

    text = blocks.TextBlock(label=_("Quotation"), max_length=1000)
    by = blocks.CharBlock(label=_("Who said it"), max_length=200, required=False)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "portal/blocks/quote.html"


class FileBlock(blocks.StructBlock):
    """A file to be kept."""

    file = DocumentChooserBlock(label=_("File"))
    title = blocks.CharBlock(label=_("What it is"), max_length=200, required=False)

    class Meta:
        icon = "doc-full"
        label = _("File")
        template = "portal/blocks/file.html"


class AudioBlock(blocks.StructBlock):
    """A recording, and its words for who cannot hear it."""

    recording = DocumentChooserBlock(label=_("Recording"))
    title = blocks.CharBlock(label=_("What it is"), max_length=200)
    transcript = ParagraphBlock(label=_("Transcript"), required=False)

    def clean(self, value: Any) -> Any:
        """Raises ValidationError where the file is no sound; a draft may have none yet."""
        found = super().clean(value)
        if found["recording"] is not None and not found["recording"].is_sound:
            wrong = ValidationError(_("Choose a recording: MP3, M4A or Ogg."))
            raise blocks.StructBlockValidationError(block_errors={"recording": wrong})
        return found

    class Meta:
        icon = "media"
        label = _("Audio")
        template = "portal/blocks/audio.html"


class PassageBlock(blocks.StructBlock):
    """Words in another language than the article's, so that they are read aloud in it."""

    language = blocks.ChoiceBlock(label=_("Language"), choices=SpokenLanguage.choices)
    text = ParagraphBlock(label=_("Text"))

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """The value, and the language as browsers are told it."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        return {**context, "lang": CODES[SpokenLanguage(value["language"])]}

    class Meta:
        icon = "globe"
        label = _("Passage in another language")
        template = "portal/blocks/passage.html"


class VideoBlock(blocks.StructBlock):
    """A film elsewhere, as a link: a public page of ours asks nothing of anybody else."""

    address = blocks.URLBlock(label=_("Address of the video"))
    title = blocks.CharBlock(label=_("What it is"), max_length=200)

    class Meta:
        icon = "media"
        label = _("Video")
        template = "portal/blocks/video.html"


class RelatedBlock(blocks.StructBlock):
    """Other articles on the same matter."""

    articles = blocks.ListBlock(
        blocks.PageChooserBlock(page_type="portal.ArticlePage", label=_("Article")), label=_("Articles"), min_num=1
    )

    class Meta:
        icon = "link"
        label = _("Related articles")
        template = "portal/blocks/related.html"


class BodyBlock(blocks.StreamBlock):
    """What the body of an article may hold. Figures come from the pages of the work alone."""

    paragraph = ParagraphBlock(label=_("Text"), icon="pilcrow")
    picture = PictureBlock()
    quote = QuoteBlock()
    table = TableBlock(label=_("Table"), table_options=_TABLE, template="portal/blocks/table.html")
    file = FileBlock()
    audio = AudioBlock()
    video = VideoBlock()
    related = RelatedBlock()
    passage = PassageBlock()
    figures = FiguresBlock()


class BodyAdapter(StreamBlockAdapter):
    """The body as the editor's browser makes it: its menu offers no block of figures (`body.js`)."""

    js_constructor = "lantoa.portal.Body"

    @cached_property
    def media(self) -> forms.Media:
        """The scripts, ours after those that it builds on."""
        ours = forms.Media(js=["portal/body.js"])
        theirs: forms.Media = super().media
        return theirs + ours


register(BodyAdapter(), BodyBlock)


class TableAdapter(TableInputAdapter):
    """The grid of a table as the editor's browser makes it: the steps of its menu are called as we call them, for the
    grid has no Vietnamese words of its own."""

    def js_args(self, widget: TableInput) -> list[Any]:
        """The settings of the grid, and the words around it."""
        settings, *words = super().js_args(widget)
        items = {step: {"name": str(_MENU[step])} for step in settings["contextMenu"]}
        return [{**settings, "language": _GRID_KNOWS, "contextMenu": {"items": items}}, *words]


register(TableAdapter(), TableInput)
