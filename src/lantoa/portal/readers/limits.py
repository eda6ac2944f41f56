"""How much is taken from one line at once. A whole village sits behind one, so that few have to wait."""

from django.http import HttpRequest

from lantoa.accounts.limits import Limit, count_try
from lantoa.visits.beacons import address_of


def wait_to_vote(request: HttpRequest) -> int:
    """The seconds to wait before the next vote is taken; zero where it is, and then it counts."""
    return count_try([Limit.of("votes", address_of(request), borne=60, forgets=10)])


def wait_to_send(request: HttpRequest, site_id: int) -> int:
    """The same for words. Of one site too: nobody can look through more in a day."""
    return count_try(
        [
            Limit.of("words", address_of(request), borne=10, forgets=180),
            Limit.of("words-site", str(site_id), borne=300, forgets=60),
        ]
    )
