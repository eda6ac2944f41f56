"""What those who decide about readers' words fill in."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.portal.enums import ContributionKind, ContributionReason, ContributionState
from lantoa.portal.models import Poll, PortalSite
from lantoa.portal.readers.forms import TOO_LONG, LineField, TextField
from lantoa.portal.readers.services.polls import PollWords
from lantoa.ui.forms import OnceForm, VietnameseDateField, choice_field

MOST = 100
"""So many are decided at once."""
_UNDONE = [(state.value, state.label) for state in (ContributionState.PUBLISHED, ContributionState.REFUSED)]
FEWEST_CHOICES, MOST_CHOICES, LONGEST_CHOICE = 2, 6, 120


class KindFilter(forms.Form):
    """Which kind is shown; an unknown one narrows nothing."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *ContributionKind.choices])

    def chosen(self) -> str:
        """The kind; empty for all of them."""
        self.full_clean()
        return str(getattr(self, "cleaned_data", {}).get("kind", ""))


class ReasonForm(forms.Form):
    """Why something is not published."""

    reason = forms.ChoiceField(
        label=_("Reason if it is not published"), choices=ContributionReason, initial=ContributionReason.OFF_TOPIC
    )


class DecisionForm(forms.Form):
    """What is done with one contribution, whose button was pressed, or with all that were ticked.

    A button is named like the step; its value is the number of the contribution, or `ticked`. With `undo` comes what
    was decided.
    """

    STEPS = ("publish", "refuse", "reopen", "undo")
    ticked = forms.TypedMultipleChoiceField(required=False, coerce=int)
    reason = forms.ChoiceField(required=False, choices=ContributionReason)
    decision = forms.TypedChoiceField(required=False, choices=_UNDONE, coerce=ContributionState, empty_value=None)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        numbers = [number for number in data.getlist("ticked") if number.isascii() and number.isdigit()][:MOST]
        field = self.fields["ticked"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(number, number) for number in numbers]

    @property
    def step(self) -> str:
        """The step whose button was pressed; empty where none was."""
        return next((step for step in self.STEPS if step in self.data), "")

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError where nothing says what is to be undone."""
        given = super().clean() or {}
        if self.step == "undo" and not given.get("decision"):
            raise forms.ValidationError(_("Nothing was ticked. Tick what is meant, then press the button again."))
        return given

    @property
    def numbers(self) -> list[int]:
        """The contributions that it concerns; once the form is valid."""
        pressed = str(self.data.get(self.step, ""))
        if pressed.isascii() and pressed.isdigit() and len(pressed) < 19:
            return [int(pressed)]
        return [number for number in self.cleaned_data["ticked"] if number < 10**18] if pressed == "ticked" else []

    @property
    def why(self) -> ContributionReason:
        """Why something is refused; once the form is valid."""
        return ContributionReason(self.cleaned_data["reason"] or ContributionReason.OTHER)


class AnswerForm(forms.Form):
    """The answer to a question."""

    text = TextField(
        label=_("Answer"),
        rows=8,
        max_length=10_000,
        error_messages={"required": _("Write the answer here."), "max_length": TOO_LONG},
        help_text=_("It is published with the question, once somebody else has approved it."),
    )


class PollForm(forms.Form):
    """A poll: what it asks, the choices line by line, its days."""

    question = LineField(
        label=_("Question"),
        max_length=200,
        error_messages={"required": _("Write what readers are asked."), "max_length": TOO_LONG},
    )
    choices = TextField(
        label=_("Choices"),
        rows=6,
        max_length=1000,
        error_messages={"required": _("Write two to six choices, each in a line."), "max_length": TOO_LONG},
        help_text=_("Two to six, each in a line, at most 120 signs each."),
    )
    begins_on = VietnameseDateField(label=_("From the day"))
    ends_on = VietnameseDateField(label=_("Until the day"), help_text=_("On this day readers still vote."))

    @classmethod
    def of(cls, poll: Poll) -> "PollForm":
        """The form of a poll that there is (one query)."""
        choices = "\n".join(poll.choices.values_list("text", flat=True))
        days = {"begins_on": poll.begins_on, "ends_on": poll.ends_on}
        return cls(initial={"question": poll.question, "choices": choices, **days})

    def clean_choices(self) -> list[str]:
        """The choices. Raises ValidationError."""
        lines = [line for line in self.cleaned_data["choices"].splitlines() if line]
        if not FEWEST_CHOICES <= len(lines) <= MOST_CHOICES:
            raise forms.ValidationError(_("Write two to six choices, each in a line."))
        if any(len(line) > LONGEST_CHOICE for line in lines):
            raise forms.ValidationError(_("A choice has at most 120 signs."))
        return lines

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError where the poll would end before it begins."""
        given = super().clean() or {}
        if "begins_on" in given and "ends_on" in given and given["ends_on"] < given["begins_on"]:
            self.add_error("ends_on", _("A poll does not end before it begins."))
        return given

    def words(self) -> PollWords:
        """What the poll asks; once the form is valid."""
        names = ("question", "choices", "begins_on", "ends_on")
        return PollWords(**{name: self.cleaned_data[name] for name in names})


class NewPollForm(OnceForm, PollForm):
    """A new poll, on one of the portals that its maker writes for."""

    site = forms.TypedChoiceField(label=_("Portal"), coerce=int)

    def __init__(self, *args: Any, portals: Iterable[PortalSite], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.portals = {portal.pk: portal for portal in portals}
        field = choice_field(self, "site")
        field.choices = [(number, portal.name) for number, portal in self.portals.items()]
        if len(self.portals) == 1:
            field.widget = forms.HiddenInput()
            field.initial = next(iter(self.portals))

    @property
    def portal(self) -> PortalSite:
        """The portal of the poll; once the form is valid."""
        return self.portals[self.cleaned_data["site"]]
