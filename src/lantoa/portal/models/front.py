"""What stands on a site's first page beside its articles, and who can be asked there.

These rows are parts of the first page: they are written in its draft and published with it, by the same review.
"""

import datetime as dt
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import model_from_serializable_data
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Orderable, Page

from lantoa.portal.enums import BannerPlace
from lantoa.portal.models.media import Picture

OWN, ELSEWHERE = "/cong/", "https://"


class Pointer(Orderable):
    """A picture that leads somewhere for some days: to a page of a portal, or to an address."""

    title = models.CharField(_("title"), max_length=160)
    picture = models.ForeignKey(Picture, verbose_name=_("picture"), on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(
        Page, verbose_name=_("page that it leads to"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    address = models.CharField(
        _("or address that it leads to"),
        max_length=500,
        blank=True,
        help_text=_("An address of this site, such as /cong/lich/, or one that begins with https://."),
    )
    shown_from = models.DateField(_("shown from"), null=True, blank=True)
    shown_until = models.DateField(_("shown until"), null=True, blank=True)

    class Meta(Orderable.Meta):
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_leads_to_one_place",
                condition=Q(target__isnull=True, address__regex=r"^(/cong/|https://[^/\s\\])")
                | Q(target__isnull=False, address=""),
                violation_error_message=_("Choose a page, or write an address that begins with /cong/ or https://."),
            ),
            models.CheckConstraint(
                name="%(class)s_days_in_order",
                condition=Q(shown_from__isnull=True)
                | Q(shown_until__isnull=True)
                | Q(shown_until__gte=F("shown_from")),
                violation_error_message=_("The last day comes before the first one."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def from_serializable_data(
        cls, data: dict[str, Any], *, check_fks: bool = True, strict_fks: bool = False
    ) -> "Self | None":
        """The row as a draft has it; None where its picture was deleted since.

        A picture stays as long as something that is published shows it, but nothing keeps it for a draft.
        """
        if check_fks and not Picture.objects.filter(pk=data["picture"]).exists():
            return None
        found: Self | None = model_from_serializable_data(cls, data, check_fks=check_fks, strict_fks=strict_fks)
        return found

    def is_shown_on(self, day: dt.date) -> bool:
        """Whether it is shown on that day, and what it leads to can be read."""
        begun = self.shown_from is None or self.shown_from <= day
        lasting = self.shown_until is None or self.shown_until >= day
        return begun and lasting and (self.target is None or self.target.live)

    def clean(self) -> None:
        """Raises ValidationError where a sign in the address would lead a browser elsewhere."""
        super().clean()
        if any(sign.isspace() or sign in '\\"<>' for sign in self.address):
            raise ValidationError({"address": _("This is no address. Copy it from the browser once more.")})


def _where_and_when() -> list[Any]:
    return [
        MultiFieldPanel([FieldPanel("target"), FieldPanel("address")], _("Where it leads")),
        FieldRowPanel([FieldPanel("shown_from"), FieldPanel("shown_until")]),
    ]


class Highlight(Pointer):
    """An event with a picture at the head of a first page."""

    home = ParentalKey("portal.HomePage", on_delete=models.CASCADE, related_name="highlights")
    lead = models.TextField(_("lead"), max_length=300, blank=True)
    held_on = models.DateField(_("day of the event"), null=True, blank=True)

    panels: ClassVar[list[Any]] = [
        FieldPanel("title"),
        FieldPanel("lead"),
        FieldPanel("picture"),
        FieldPanel("held_on"),
        *_where_and_when(),
    ]

    class Meta(Pointer.Meta):
        verbose_name = _("highlight")
        verbose_name_plural = _("highlights")


class Banner(Pointer):
    """A banner of a first page. How often it was seen and followed is counted under its number."""

    home = ParentalKey("portal.HomePage", on_delete=models.CASCADE, related_name="banners")
    place = models.CharField(_("place on the page"), max_length=4, choices=BannerPlace, default=BannerPlace.TOP)

    panels: ClassVar[list[Any]] = [
        FieldPanel("title"),
        FieldPanel("picture"),
        FieldPanel("place"),
        *_where_and_when(),
    ]

    class Meta(Pointer.Meta):
        verbose_name = _("banner")
        verbose_name_plural = _("banners")


class Officer(Orderable):
    """Whom the people can ask, as it was entered for publication: never taken from the register of persons."""

    home = ParentalKey("portal.HomePage", on_delete=models.CASCADE, related_name="officers")
    name = models.CharField(_("full name"), max_length=120)
    office = models.CharField(_("office"), max_length=160)
    office_in_english = models.CharField(_("office in English"), max_length=160, blank=True)
    matters = models.CharField(
        _("what they can be asked about"), max_length=200, blank=True, help_text=_("For example: study sessions.")
    )
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    hours = models.CharField(_("hours"), max_length=160, blank=True)

    panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("office")]),
        FieldPanel("matters"),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
        FieldPanel("hours"),
        FieldPanel("office_in_english"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("officer to be asked")
        verbose_name_plural = _("officers to be asked")
        constraints = [
            models.CheckConstraint(
                name="portal_officer_can_be_reached",
                condition=~Q(phone="", email=""),
                violation_error_message=_("Enter a telephone number or an e-mail address."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.office}"

    @property
    def dialled(self) -> str:
        """The number as a telephone dials it."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")
