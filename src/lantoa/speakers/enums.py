"""Vocabulary of the speakers."""

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _


class Tier(IntegerChoices):
    """At which level somebody is recognised to speak, the highest first. Speakers (báo cáo viên) are recognised from
    the centre down to the commune, communicators (tuyên truyền viên) at the grassroots; those of the districts were
    recognised until that level ended on 1 July 2025. Numbers, so that an exclusion constraint can compare them."""

    CENTRAL = 1, _("central speaker")
    PROVINCIAL = 2, _("provincial speaker")
    DISTRICT = 3, _("district speaker")
    COMMUNE = 4, _("commune speaker")
    COMMUNICATOR = 5, _("grassroots communicator")
