"""Pictures in the sizes of the pages: made when they are published, found when a page is read."""

from collections.abc import Iterable
from contextlib import suppress
from io import IOBase
from typing import Any

from django.db.models import Count, Model, Q, QuerySet
from django.db.models.signals import post_save
from wagtail.images.models import Filter, SourceImageIOError
from wagtail.models import Page
from wagtail.signals import page_published
from willow.image import AvifImageFile
from willow.plugins.pillow import PillowImage
from willow.registry import registry

from lantoa.portal.models import Picture, PictureRendition
from lantoa.portal.serving import editions
from lantoa.portal.uses import is_shown, used_on, users_of

WIDTHS = (480, 960)
"""Those of a phone and of a screen."""
SIZES = tuple(f"width-{width}|format-{name}" for name in ("avif", "webp", "jpeg") for width in WIDTHS)
"""Three formats: each browser takes the first that it knows."""
THUMBNAIL = ("fill-320x200|format-webp", "fill-320x200|format-jpeg")
LOGO = ("max-160x64|format-webp",)
EVERY = (*SIZES, *THUMBNAIL, *LOGO)
"""Whatever a public page may ask for; a page shows a picture only in sizes that stand here."""
STORED = r"[\w./-]+"
"""How a kept picture may be called."""
AT_ONCE = 50
_SPEED = 8
"""Of AVIF: a sixth of the time of the usual 6, and a tenth more bytes."""


def found(picture: Picture, specs: Iterable[str]) -> dict[str, PictureRendition]:
    """The sizes of a picture that there are, in the order of their specifications: nothing is made. No query where
    they were fetched with the picture."""
    filters = [Filter(spec=spec) for spec in specs]
    existing = picture.find_existing_renditions(*filters)
    return {each.spec: existing[each] for each in filters if each in existing}


def make_sizes(pictures: Iterable[Picture]) -> None:
    """Make every size that is missing, and let pages show it; a picture whose file is away or broken is left out."""
    for picture in pictures:
        if len(found(picture, EVERY)) < len(EVERY):
            with suppress(SourceImageIOError, OSError):
                picture.get_renditions(*EVERY)
                editions.turn()


def make_missing_sizes(turn: int = 0) -> int:
    """Make the sizes of some pictures that pages show and that lack any; returns how many pictures were looked at.

    Each `turn` looks at others than the one before, the newest at turn 0: what cannot be made stays among those that
    lack a size, and no other waits behind it for ever.
    """
    whole = Count("renditions__filter_spec", filter=Q(renditions__filter_spec__in=EVERY), distinct=True)
    rows: QuerySet[Picture] = Picture.objects.filter(is_shown(Picture))
    lacking = rows.annotate(sizes=whole).filter(sizes__lt=len(EVERY)).order_by("-pk")
    numbers = list(lacking.values_list("pk", flat=True))
    begins = range(0, len(numbers), AT_ONCE)
    if not begins:
        return 0
    begin = begins[turn % len(begins)]
    some = numbers[begin : begin + AT_ONCE]
    make_sizes(Picture.objects.filter(pk__in=some).order_by("-pk").prefetch_related("renditions"))
    return len(some)


def connect() -> None:
    """Make the sizes of what appears, in the step that lets it appear; called once, when the apps are ready."""
    registry.register_operation(PillowImage, "save_as_avif", _save_as_avif)
    page_published.connect(_appears, dispatch_uid="portal.sizes")
    for user, _name in users_of(Picture, parts=True):
        post_save.connect(_is_used, sender=user, dispatch_uid=f"portal.sizes.{user._meta.label}")


def _appears(*, instance: Page, **_: Any) -> None:
    used = used_on(Page.objects.filter(pk=instance.pk), Picture)
    make_sizes(Picture.objects.filter(pk__in=used).prefetch_related("renditions"))


def _is_used(*, sender: type[Model], instance: Model, **_: Any) -> None:
    """A logo, a banner: whatever is no page and shows a picture."""
    numbers = [getattr(instance, f"{name}_id") for user, name in users_of(Picture, parts=True) if user is sender]
    make_sizes(Picture.objects.filter(pk__in=[number for number in numbers if number]))


def _save_as_avif(shown: Any, file: IOBase, quality: int = 60, **_: Any) -> AvifImageFile:
    """Write a picture as AVIF."""
    picture = shown.image if shown.image.mode in ("RGB", "RGBA") else shown.image.convert("RGB")
    picture.save(file, "AVIF", quality=quality, speed=_SPEED, icc_profile=shown.image.info.get("icc_profile", b""))
    return AvifImageFile(file)
