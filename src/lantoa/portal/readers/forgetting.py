"""What is kept of readers' words no longer than it is needed (the forms say so)."""

import datetime as dt

from django.db.models import Q

from lantoa.kernel import clock
from lantoa.portal.enums import ContributionState
from lantoa.portal.models import Contribution

KEPT = dt.timedelta(days=30)
UNDECIDED = dt.timedelta(days=180)
_WAITING = (ContributionState.PENDING, ContributionState.ANSWERED)


def forget() -> int:
    """Delete what was refused 30 days ago and what has waited for 180 days without a decision, and how to reach whoever
    asked 30 days ago; returns how many rows that concerned."""
    now = clock.now()
    refused = Q(state=ContributionState.REFUSED, decided_at__lt=now - KEPT)
    undecided = Q(state__in=_WAITING, waiting_since__lt=now - UNDECIDED)
    _all, gone = Contribution.objects.filter(refused | undecided).delete()
    asked = Contribution.objects.questions().filter(sent_at__lt=now - KEPT).exclude(reach="")
    return gone.get(Contribution._meta.label, 0) + asked.update(reach="")
