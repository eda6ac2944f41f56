"""What the address of a search says."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantoa.kernel import clock
from lantoa.portal.models import SectionPage
from lantoa.portal.searching.kinds import KINDS
from lantoa.portal.typed import WordsField
from lantoa.ui.forms import PlainSelect, VietnameseDateField, choice_field


class When(models.TextChoices):
    """Times that are often asked for."""

    WEEK = "week", _("this week")
    MONTH = "month", _("this month")
    YEAR = "year", _("this year")


class Order(models.TextChoices):
    """What comes first."""

    BEST = "", _("what fits best")
    LATEST = "latest", _("the latest")


class SearchForm(forms.Form):
    """What is searched for, and where; a value that is not known narrows nothing."""

    q = WordsField(label=_("Search this site"), required=False)
    kind = forms.ChoiceField(required=False, choices=[(name, name) for name in KINDS], widget=forms.HiddenInput)
    section = forms.ChoiceField(label=pgettext_lazy("news", "Section"), required=False, widget=PlainSelect)
    when = forms.ChoiceField(
        label=_("Time"), required=False, choices=[("", _("any time")), *When.choices], widget=PlainSelect
    )
    since = VietnameseDateField(label=_("From the day"), required=False)
    until = VietnameseDateField(label=_("To the day"), required=False)
    sort = forms.ChoiceField(label=_("First comes"), required=False, choices=Order.choices, widget=PlainSelect)

    def __init__(self, data: Mapping[str, Any], *, sections: Iterable[SectionPage]) -> None:
        super().__init__(data)
        self._sections = {section.slug: section for section in sections}
        titles = [(slug, section.title) for slug, section in self._sections.items()]
        choice_field(self, "section").choices = [("", _("all sections")), *titles]
        self.full_clean()
        self._chosen = {name: value for name, value in self.cleaned_data.items() if value}

    def clean(self) -> None:
        """Raises ValidationError where the days stand the wrong way round."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day comes before the first one. Enter a later day."))

    @property
    def text(self) -> str:
        """What was typed."""
        return str(self._chosen.get("q", ""))

    @property
    def chosen_kind(self) -> str:
        """The kind that alone is listed; empty for all."""
        return str(self._chosen.get("kind", ""))

    @property
    def chosen_section(self) -> SectionPage | None:
        """The section that alone is searched, which holds articles alone."""
        return self._sections.get(self._chosen.get("section", ""))

    @property
    def first_day(self) -> dt.date | None:
        """The day from which on is searched: the later one of what was typed and what was chosen."""
        today = clock.today()
        begins = {
            When.WEEK: today - dt.timedelta(days=today.weekday()),
            When.MONTH: today.replace(day=1),
            When.YEAR: today.replace(month=1, day=1),
        }
        chosen = self._chosen.get("when")
        days = [day for day in (self._chosen.get("since"), begins[When(chosen)] if chosen else None) if day]
        return max(days, default=None)

    @property
    def last_day(self) -> dt.date | None:
        """The day up to which is searched."""
        return self._chosen.get("until")

    @property
    def by_day(self) -> bool:
        """Whether the latest come first."""
        return self._chosen.get("sort") == Order.LATEST

    @property
    def is_narrowed(self) -> bool:
        """Whether something but words and order was chosen."""
        return bool(self._chosen.keys() - {"q", "sort"})

    @property
    def everywhere(self) -> str:
        """The address of the same words without anything that narrows them."""
        return f"?{urlencode({'q': self.text})}"

    def address(self, **changes: str) -> str:
        """The address of this search with some values changed, empty ones left out; the first page."""
        said = {name: self._written(value) for name, value in self._chosen.items()} | changes
        return f"?{urlencode({name: value for name, value in said.items() if value})}"

    @staticmethod
    def _written(value: Any) -> str:
        return value.strftime("%d/%m/%Y") if isinstance(value, dt.date) else str(value)
