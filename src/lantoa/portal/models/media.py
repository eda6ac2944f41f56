"""Pictures and files of articles."""

import uuid
from contextlib import suppress
from io import BytesIO
from typing import Any, ClassVar

from django.core.files.base import File
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition

from lantoa.files.content import AUDIO_KINDS
from lantoa.files.sound import seconds_of

SOUND_ENDINGS = tuple(ending for kind in AUDIO_KINDS for ending in kind.endings)


class Picture(AbstractImage):
    """A picture. `description` says what is seen, for who cannot see it; none comes without."""

    description = models.CharField(
        _("alternative text"),
        max_length=255,
        help_text=_("What the picture shows, in a sentence: it is read aloud to people who cannot see it."),
    )

    admin_form_fields: ClassVar[tuple[str, ...]] = ("title", "file", "description", "collection", "tags")

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        permissions: ClassVar[list[tuple[str, str]]] = [("choose_picture", "Can choose picture")]

    @property
    def default_alt_text(self) -> str:
        """What is read aloud in place of the picture."""
        return self.description

    def generate_rendition_file(self, filter: Any, *, source: Any = None) -> "File[bytes]":  # noqa: A002 Wagtail's name
        """A size of the picture, in memory: Wagtail leaves the temporary file open in which it was made."""
        made = super().generate_rendition_file(filter, source=source)
        with made.file as temporary:
            temporary.seek(0)
            return File(BytesIO(temporary.read()), name=made.name)


class PictureRendition(AbstractRendition):
    """A picture in one size and format, as pages show it."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        verbose_name = _("size of a picture")
        verbose_name_plural = _("sizes of pictures")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["file"], name="portal_rendition_file")]
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"],
                name="portal_rendition_once",
                violation_error_message=_("A picture is kept once in each size."),
            ),
        ]


class Attachment(AbstractDocument):
    """A file or a recording of an article. Its address bears `key`, so that nobody finds others by counting.

    `seconds` is how long a recording lasts, and empty where its bytes do not say so.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    seconds = models.PositiveIntegerField(_("length in seconds"), null=True, blank=True, editable=False)
    admin_form_fields: ClassVar[tuple[str, ...]] = ("title", "file", "collection", "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")
        permissions: ClassVar[list[tuple[str, str]]] = [("choose_attachment", "Can choose attachment")]

    @property
    def url(self) -> str:
        """Where everybody may fetch it."""
        return reverse("portal:attachment", args=[self.key])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep it, and of a new recording how long it lasts."""
        if self.is_sound and not self.file._committed:
            self.seconds = seconds_of(self.file.read())
            self.file.seek(0)
        super().save(*args, **kwargs)

    @property
    def length(self) -> str:
        """How long the recording lasts, like 4:05 or 1:02:09; empty where it is not known."""
        minutes, seconds = divmod(self.seconds or 0, 60)
        hours, minutes = divmod(minutes, 60)
        if not self.seconds:
            return ""
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"

    def get_file_size(self) -> int | None:
        """Its bytes; None where the file is away. Wagtail writes down what it measures, and readers ask for this."""
        with suppress(OSError):
            return self.file_size or int(self.file.size)
        return None

    @property
    def is_sound(self) -> bool:
        """Whether it is a recording: the ending was compared with the content when it was kept."""
        return str(self.filename).lower().endswith(SOUND_ENDINGS)
