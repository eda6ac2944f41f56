"""Forms of sessions and sites."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lantoa.organizations.enums import UnitKind
from lantoa.organizations.models import Unit
from lantoa.study_sessions.enums import HeadcountBasis, RollProgress, SessionMode, SiteReadiness
from lantoa.study_sessions.models import Site, StudySession
from lantoa.study_sessions.selectors import ProgrammeLine, SessionCell, programme_of
from lantoa.ui.forms import Difference, OnceForm, VersionedForm, VietnameseDateField

MOST_ITEMS, MOST_TEXT, LONGEST_TITLE, LONGEST_SPEAKER = 40, 8000, 200, 160
_HOUR = re.compile(r"(\d{1,2})\s*(?:[:.](?=\d)|[hH]\s*)(\d{2})?(?!\w)\s*")
TIME_FORMATS = ("%H:%M", "%Hh%M", "%H.%M", "%H:%M:%S", "%Hh", "%H")


class HourField(forms.TimeField):
    """A time of day typed as 7:30, 07h30, 7.30 or 7h."""

    default_error_messages = {"invalid": _("Enter the time as hours and minutes, for example 07:30.")}

    def __init__(self, **kwargs: Any) -> None:
        hints = {"placeholder": "07:30", "autocomplete": "off", "maxlength": "8", "inputmode": "numeric"}
        super().__init__(input_formats=TIME_FORMATS, widget=forms.TimeInput(attrs=hints, format="%H:%M"), **kwargs)


class SessionFields(forms.Form):
    """What a session is called, how it is held, and when. `moments` gives begin and end as aware times."""

    title = forms.CharField(label=_("Name of the session"), max_length=200)
    mode = forms.ChoiceField(label=_("Form"), choices=SessionMode.choices, widget=forms.RadioSelect)
    starts_on = VietnameseDateField(label=_("Begins on"))
    starts_hour = HourField(label=_("Begins at"))
    ends_on = VietnameseDateField(
        label=_("Ends on"), required=False, help_text=_("Leave it empty where it ends on the same day.")
    )
    ends_hour = HourField(label=_("Ends at"))
    is_public = forms.BooleanField(
        label=_("Open to the public"),
        required=False,
        help_text=_("The portal tells everybody what it is, when and where; nobody is named."),
    )
    seen = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def take_seen(self, seen: str) -> None:
        """Let the next submit of this bound form say that its reader has seen what else is on at that time."""
        typed = QueryDict(mutable=True)
        typed.update(self.data)
        typed[self.add_prefix("seen")] = seen
        self.data = typed

    def clean(self) -> dict[str, Any]:
        """Refuse an end that is not after the begin."""
        cleaned = super().clean() or self.cleaned_data
        if {"starts_on", "starts_hour", "ends_hour"} <= cleaned.keys() and "ends_on" not in self.errors:
            starts_at, ends_at = self.moments()
            if ends_at <= starts_at:
                self.add_error("ends_hour", _("The session must end after it begins. Correct the end."))
        return cleaned

    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """Begin and end where the organisation works."""
        cleaned = self.cleaned_data
        return (
            _aware(cleaned["starts_on"], cleaned["starts_hour"]),
            _aware(cleaned.get("ends_on") or cleaned["starts_on"], cleaned["ends_hour"]),
        )


class SessionForm(OnceForm, SessionFields):
    """A new session of one of the actor's units."""

    host = forms.ModelChoiceField(label=_("Host"), queryset=Unit.objects.none(), empty_label=None)
    field_order: Sequence[str] = (
        "client_id",
        "title",
        "host",
        "mode",
        "starts_on",
        "starts_hour",
        "ends_on",
        "ends_hour",
        "is_public",
    )

    def __init__(self, *args: Any, hosts: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hosted = self.fields["host"]
        if isinstance(hosted, forms.ModelChoiceField):
            hosted.queryset = hosts


class ProgrammeField(forms.CharField):
    """A programme, one item a line: the hour, what it is, and after a bar who speaks. Gives ProgrammeLines."""

    default_error_messages = {
        "many": _("A programme has %(most)s items at the most."),
        "line": _("Line %(number)s: write the hour, then what it is, then a bar | and who speaks."),
        "title": _("Line %(number)s: an item has at most %(title)s characters, who speaks at most %(speaker)s."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 6}), required=False, max_length=MOST_TEXT, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The lines as they are typed."""
        if isinstance(value, list):
            return "\n".join(_typed_line(line) for line in value)
        return value

    def clean(self, value: Any) -> Any:
        """The items of the lines that say something."""
        typed = super().clean(value).splitlines()
        lines = [self._line(number, text.strip()) for number, text in enumerate(typed, 1) if text.strip()]
        if len(lines) > MOST_ITEMS:
            raise ValidationError(self.error_messages["many"], code="many", params={"most": MOST_ITEMS})
        return lines

    def _line(self, number: int, text: str) -> ProgrammeLine:
        what, _bar, speaker = (part.strip() for part in text.partition("|"))
        found = _HOUR.match(what)
        hour = _hour(found) if found else None
        title = what[found.end() :].strip() if found else what
        if not title or (found and hour is None):
            raise ValidationError(self.error_messages["line"], code="line", params={"number": number})
        if len(title) > LONGEST_TITLE or len(speaker) > LONGEST_SPEAKER:
            values = {"number": number, "title": LONGEST_TITLE, "speaker": LONGEST_SPEAKER}
            raise ValidationError(self.error_messages["title"], code="title", params=values)
        return ProgrammeLine(hour, title, speaker)


class SessionEditForm(VersionedForm, SessionFields):
    """A change of a session."""

    programme = ProgrammeField(
        label=_("Programme"),
        help_text=_("One item a line: the hour, what it is, and after a bar | who speaks."),
    )

    @classmethod
    def values_of(cls, session: StudySession) -> dict[str, Any]:
        """The session's values by field name."""
        begins, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
        return {
            "title": session.title,
            "mode": session.mode,
            "starts_on": begins.date(),
            "starts_hour": begins.strftime("%H:%M"),
            "ends_on": ends.date(),
            "ends_hour": ends.strftime("%H:%M"),
            "is_public": session.is_public,
            "programme": programme_of(session),
            "version": session.version,
        }


class RepeatForm(OnceForm):
    """On which other days a session is held again: every so many weeks, some days of one's own, or both."""

    times = forms.IntegerField(label=_("How many times more"), required=False, min_value=1, max_value=52)
    weeks = forms.IntegerField(label=_("Every how many weeks"), initial=1, min_value=1, max_value=8)
    days = forms.CharField(
        label=_("Or on these days"),
        required=False,
        max_length=600,
        help_text=_("Days as day/month/year, for example 31/12/2026, with a comma between them."),
    )

    def clean_days(self) -> list[dt.date]:
        """The days that were typed."""
        field = VietnameseDateField()
        parts = [part.strip() for part in self.cleaned_data["days"].replace(";", ",").split(",")]
        return [field.clean(part) for part in parts if part]

    def clean(self) -> dict[str, Any]:
        """Refuse a form that names no day."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("times") and not cleaned.get("days"):
            self.add_error("times", _("Say how many times, or name the days."))
        return cleaned

    def days_after(self, starts_at: dt.datetime) -> set[dt.date]:
        """Every day that is asked for, of a session that begins then."""
        first, cleaned = timezone.localdate(starts_at), self.cleaned_data
        steps = range(1, (cleaned["times"] or 0) + 1)
        return {first + dt.timedelta(weeks=step * cleaned["weeks"]) for step in steps} | set(cleaned["days"])


class SiteForm(forms.Form):
    """A site: its name, who keeps it, and the cells whose people go there."""

    name = forms.CharField(label=_("Site"), max_length=160, help_text=_("For example the hall or the culture house."))
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    unit = forms.TypedChoiceField(
        label=_("Kept by"),
        coerce=int,
        help_text=_("The clerk, the secretary or the officer of this unit takes the roll."),
    )
    cells = forms.TypedMultipleChoiceField(
        label=_("Cells that go there"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, keepers: Iterable[tuple[int, str]], cells: Iterable[SessionCell], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("unit", list(keepers)), ("cells", [_cell_choice(cell) for cell in cells])):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices


class SiteEditForm(VersionedForm, SiteForm):
    """A change of a site."""

    @classmethod
    def values_of(cls, site: Site, cells: Iterable[SessionCell]) -> dict[str, Any]:
        """The site's values by field name."""
        return {
            "name": site.name,
            "address": site.address,
            "unit": site.unit_id,
            "cells": [cell.unit.unit_id for cell in cells if cell.site_id == site.pk],
            "version": site.version,
        }


class KindsForm(forms.Form):
    """The kinds of units that get a site each, in one step."""

    kinds = forms.MultipleChoiceField(
        label=_("One site for each"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one kind of unit.")},
    )

    def __init__(self, *args: Any, kinds: Iterable[tuple[UnitKind, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kinds"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(kind.value, _kind_label(kind, sites)) for kind, sites in kinds]


class SiteRowForm(VersionedForm):
    """One row of the table of sites."""

    name = forms.CharField(label=_("Site"), max_length=160)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    contact = forms.CharField(label=_("Contact"), max_length=120, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, site: Site) -> None:
        self.site = site
        self.stored: tuple[Difference, ...] = ()
        super().__init__(data, prefix=f"site{site.pk}", initial=self.values_of(site))

    @classmethod
    def values_of(cls, site: Site) -> dict[str, Any]:
        """The site's values by field name."""
        return {
            "name": site.name,
            "address": site.address,
            "contact": site.contact,
            "note": site.note,
            "version": site.version,
        }


class CheckForm(OnceForm):
    """Whether a site is ready."""

    state = forms.ChoiceField(label=_("Is the site ready?"), choices=SiteReadiness.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What is wrong"),
        max_length=300,
        required=False,
        help_text=_("Stands on the board of all sites. Name no person."),
    )


MOST_HEADS = 100_000
BASES = (HeadcountBasis.COUNTED, HeadcountBasis.SIGNED, HeadcountBasis.TOLD, HeadcountBasis.ESTIMATED)


class HeadcountForm(OnceForm):
    """How many people are at a site."""

    members = forms.IntegerField(label=_("Members and cadres"), min_value=0, max_value=MOST_HEADS)
    others = forms.IntegerField(
        label=_("Others"), min_value=0, max_value=MOST_HEADS, help_text=_("People who were not summoned.")
    )
    basis = forms.ChoiceField(
        label=_("How it was counted"),
        choices=[(basis.value, basis.label) for basis in BASES],
    )


class ReadinessFilter(forms.Form):
    """What narrows the sites of a session. Anything unknown shows all."""

    readiness = forms.ChoiceField(
        label=_("Readiness"), required=False, choices=[("", _("all sites")), *SiteReadiness.choices]
    )

    @property
    def chosen(self) -> dict[str, str]:
        """What is asked for by field name; empty words where it is none of ours."""
        self.full_clean()
        return {name: str(self.cleaned_data.get(name, "")) for name in self.fields}


class BoardFilter(ReadinessFilter):
    """What narrows the board."""

    roll = forms.ChoiceField(label=_("Roll"), required=False, choices=[("", _("all sites")), *RollProgress.choices])


def _hour(found: re.Match[str]) -> dt.time | None:
    hour, minute = int(found[1]), int(found[2] or 0)
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


def _typed_line(line: ProgrammeLine) -> str:
    hour = f"{line.hour:%H:%M} " if line.hour else ""
    return f"{hour}{line.title}{f' | {line.speaker}' if line.speaker else ''}"


def _kind_label(kind: UnitKind, sites: int) -> str:
    words = ngettext("%(kind)s (%(sites)s site)", "%(kind)s (%(sites)s sites)", sites)
    return words % {"kind": str(kind.label).capitalize(), "sites": sites}


def _cell_choice(cell: SessionCell) -> tuple[int, str]:
    people = _("%(people)s summoned") % {"people": cell.summoned}
    return cell.unit.unit_id, f"{cell.unit.name} ({people})"


def _aware(day: dt.date, hour: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, hour))
