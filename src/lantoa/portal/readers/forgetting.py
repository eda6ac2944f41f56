"""What is kept of readers' words no longer than it is needed (the forms say so)."""

import datetime as dt

from lantoa.kernel import clock
from lantoa.portal.enums import ContributionState
from lantoa.portal.models import Contribution

KEPT = dt.timedelta(days=30)


def forget() -> int:
    """Delete what was refused 30 days ago, and how to reach whoever asked 30 days ago; returns how many rows that
    concerned."""
    before = clock.now() - KEPT
    refused = Contribution.objects.filter(state=ContributionState.REFUSED, decided_at__lt=before)
    _all, gone = refused.delete()
    return gone.get(Contribution._meta.label, 0) + Contribution.objects.questions().filter(sent_at__lt=before).exclude(
        reach=""
    ).update(reach="")
