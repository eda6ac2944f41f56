"""The figures of a campaign or of a session as everybody may read them, at this moment."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from lantoa.attendance.enums import Group
from lantoa.attendance.folding.states import sums_of_session
from lantoa.attendance.rates import Counts, Rate
from lantoa.attendance.selectors.coverage import counts_by_group
from lantoa.kernel.disclosure import is_small, told_bound, withheld
from lantoa.organizations.models import Unit
from lantoa.plans.enums import Indicator
from lantoa.plans.measuring import figures_of
from lantoa.plans.models import Campaign
from lantoa.study_sessions.models import StudySession
from lantoa.ui.numbers import grouped

_OF_CAMPAIGN = (
    ("summoned", ("excluded", "base")),
    ("base", ("reached", "rest")),
    ("base", ("attended", "missed")),
    ("reached", ("attended", "made_up")),
    ("missed", ("made_up", "rest")),
)
"""How the counts of a campaign make each other up. Nobody is shown `rest` and `missed`, and both can be reckoned."""
_NONE = "0"
_OF_SESSION = (("expected", ("attended", "away")),)


@dataclass(frozen=True, slots=True)
class Told:
    """A figure that may be told: `value` in words, and the page that opens its rows. Without `value` it may not."""

    key: str
    label: str
    value: str
    measure: str
    address: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What an article would begin with: title and lead in words, and the figures, those that are not told last."""

    source: str
    title: str
    reach: str
    rows: tuple[Told, ...]

    @property
    def told(self) -> tuple[Told, ...]:
        """Those that may be told."""
        return tuple(row for row in self.rows if row.value)

    @property
    def kept_back(self) -> tuple[Told, ...]:
        """Those behind which so few people stand that they are not."""
        return tuple(row for row in self.rows if not row.value)


def figures_of_campaign(campaign: Campaign, unit: Unit) -> Figures:
    """The figures of a unit in a campaign, members and cadres together (three queries)."""
    counts = counts_by_group(campaign.pk, unit.pk).get(Group.ALL, Counts())
    rates = _rates(campaign, unit, counts) if counts.summoned else []
    named = {"campaign": campaign.name, "unit": unit.name}
    reach = _("“%(campaign)s” is going on in %(unit)s.") % named
    if rates and rates[0].value:
        said = {**named, "rate": rates[0].value, "reported": rates[-1].value}
        reach = (
            _("“%(campaign)s” has reached %(rate)s of those who are to study in %(unit)s; %(reported)s cells reported.")
            % said
        )
    return Figures(
        source=_("%(campaign)s, figures of %(unit)s") % named,
        title=_("%(campaign)s: how far it has come") % named,
        reach=reach,
        rows=(*rates, *_held(campaign, unit)),
    )


def _rates(campaign: Campaign, unit: Unit, counts: Counts) -> list[Told]:
    """The two rates and what they are made of; the coverage comes first, and how many cells reported last."""
    url = reverse("attendance:coverage_unit", args=[campaign.pk, unit.pk])
    parts = {
        "summoned": counts.summoned,
        "excluded": counts.excluded,
        "base": counts.denominator,
        "attended": counts.attended,
        "made_up": counts.made_up,
        "reached": counts.reached,
        "rest": counts.denominator - counts.reached,
        "missed": counts.denominator - counts.attended,
    }
    hidden = withheld(parts, _OF_CAMPAIGN)
    coverage = _rate_words(counts.coverage, told=not {"base", "reached"} & hidden)
    first = _rate_words(counts.first_session, told=not {"base", "attended"} & hidden)
    labels = (
        ("summoned", _("Summoned to study")),
        ("excluded", _("Excluded (exempt, or taken off the list)")),
        ("base", _("To be reached")),
        ("made_up", _("Caught up at a make-up session")),
    )
    return [
        Told("coverage", _("Reached by a first or a make-up session"), coverage, "", url),
        Told("first", _("Present at the first session"), first, "", url),
        *(Told(key, label, "" if key in hidden else grouped(parts[key]), _("people"), url) for key, label in labels),
        Told("reported", _("Cells that reported"), _of(counts.cells_reported, counts.cells_total), _("cells"), url),
    ]


def figures_of_session(session: StudySession) -> Figures:
    """The figures of a session: who was there, of whom, and how many rolls are closed (one query)."""
    sums = sums_of_session(session.pk)
    url = reverse("study_sessions:session_detail", args=[session.pk])
    parts = {"expected": sums.expected, "attended": sums.attended, "away": sums.expected - sums.attended}
    hidden = withheld(parts, _OF_SESSION)
    rate = Rate(
        numerator=sums.attended,
        denominator=sums.expected,
        excluded=0,
        cells_reported=sums.closed,
        cells_total=sums.sites,
        at_least=sums.marked < sums.expected,
        known=sums.marked > 0,
    )
    words = _rate_words(rate, told=not hidden)
    expected = "" if "expected" in hidden else grouped(sums.expected)
    guests = "" if is_small(sums.guests) else grouped(sums.guests)
    named = {"session": session.title, "unit": session.host.name, "sites": grouped(sums.sites)}
    reach = _("“%(session)s” of %(unit)s was held at %(sites)s sites.") % named
    if words:
        said = {**named, "rate": words}
        reach = _("To “%(session)s” of %(unit)s came %(rate)s of those who were called, at %(sites)s sites.") % said
    return Figures(
        source=_("%(session)s, %(unit)s") % named,
        title=_("%(session)s: who came") % named,
        reach=reach,
        rows=(
            Told("attended", _("Were there, of those on the lists"), words, "", url),
            Told("expected", _("On the lists, without those exempt"), expected, _("people"), url),
            Told("guests", _("Others present"), guests, _("people"), url),
            Told("closed", _("Rolls closed"), _of(sums.closed, sums.sites), _("sites"), url),
        ),
    )


def _held(campaign: Campaign, unit: Unit) -> list[Told]:
    """Sessions held, their sites, and people reached by activities, of the unit and those below it; nothing of what
    there was none of."""
    labels = {
        Indicator.SESSIONS: (_("Study sessions held"), _("sessions")),
        Indicator.SITES: (_("Sites of these sessions"), _("sites")),
        Indicator.REACH: (_("People reached by other activities"), _("people")),
    }
    found = figures_of(campaign, unit, labels)
    return [
        Told(key.value, labels[key][0], "" if _is_few(key, one.text) else one.text, labels[key][1], one.url)
        for key, one in found.items()
        if one.text != _NONE
    ]


def _is_few(indicator: Indicator, text: str) -> bool:
    """Whether that figure counts people, and too few of them."""
    return indicator == Indicator.REACH and text.isdecimal() and is_small(int(text))


def _of(part: int, whole: int) -> str:
    return f"{grouped(part)}/{grouped(whole)}"


def _rate_words(rate: Rate, *, told: bool) -> str:
    """The rate with what it is made of; where that would give away how few are missing, a bound; empty where not even
    that may be told."""
    if not rate.known or not rate.owed:
        return ""
    if told:
        return f"{rate.text} ({_of(rate.numerator, rate.denominator)})"
    bound = told_bound(rate.numerator, rate.denominator)
    return "" if bound is None else _("%(bound)s%% or more") % {"bound": bound}
