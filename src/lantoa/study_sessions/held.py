"""Which units have held their study, told to the app of the campaigns."""

import datetime as dt

from django.db.models import Exists, OuterRef

from lantoa.study_sessions.models import Site, SiteUnit, StudySession

_OF_CAMPAIGN = {"session__campaign": OuterRef("campaign"), "session__cancelled_at": None, "unit": OuterRef("unit")}


def hosted(moment: dt.datetime) -> Exists:
    """The unit hosted a session of the campaign that was over by then."""
    sessions = StudySession.objects.filter(campaign=OuterRef("campaign"), host=OuterRef("unit"), cancelled_at=None)
    return Exists(sessions.filter(ends_at__lte=moment))


def kept_site(moment: dt.datetime) -> Exists:
    """The unit kept a site of such a session."""
    return Exists(Site.objects.filter(**_OF_CAMPAIGN, session__ends_at__lte=moment))


def went_to_site(moment: dt.datetime) -> Exists:
    """The people of the cell went to a site of such a session."""
    return Exists(SiteUnit.objects.filter(**_OF_CAMPAIGN, session__ends_at__lte=moment))
