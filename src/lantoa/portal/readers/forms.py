"""What readers fill in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from lantoa.portal.models.readers import LEAST, MOST
from lantoa.portal.readers.words import one_line, plain
from lantoa.ui.forms import OnceForm

TOO_LONG = ngettext_lazy(
    "This is longer than %(limit_value)d sign. It has %(show_value)d. Shorten it.",
    "This is longer than %(limit_value)d signs. It has %(show_value)d. Shorten it.",
    "limit_value",
)


class LineField(forms.CharField):
    """One line of plain words."""

    def to_python(self, value: Any) -> Any:
        """The words as they are kept."""
        return one_line(super().to_python(value) or "")


class TextField(forms.CharField):
    """Several lines of plain words."""

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea({"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> Any:
        """The words as they are kept."""
        return plain(super().to_python(value) or "")


class RatingForm(forms.Form):
    """The points for an article."""

    points = forms.IntegerField(min_value=LEAST, max_value=MOST)


class SentForm(OnceForm):
    """What readers send in words. `homepage` is seen by programs alone: whoever fills it in is one."""

    homepage = forms.CharField(label=_("Leave this box empty"), required=False)

    @property
    def is_from_a_program(self) -> bool:
        """Whether the box was filled in that nobody sees."""
        return bool(self.data.get("homepage"))

    def words(self) -> dict[str, Any]:
        """What was typed, by the names of the service; once the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "homepage"}


class CommentForm(SentForm):
    """A comment on an article."""

    text = TextField(
        label=_("Your comment"),
        max_length=1500,
        error_messages={"required": _("Write your comment here."), "max_length": TOO_LONG},
        help_text=_(
            "At most 1,500 signs, plain words. No phone numbers and nothing about other people's lives, please."
        ),
    )
    name = LineField(
        label=_("Name to be shown"),
        required=False,
        max_length=60,
        error_messages={"max_length": TOO_LONG},
        help_text=_("It may stay empty: then the comment is signed “A reader”."),
    )


class QuestionForm(SentForm):
    """A question to the committee."""

    topic = LineField(
        label=_("What it is about"),
        max_length=120,
        error_messages={"required": _("Say in a few words what it is about."), "max_length": TOO_LONG},
    )
    text = TextField(
        label=_("Your question"),
        rows=8,
        max_length=3000,
        error_messages={"required": _("Write your question here."), "max_length": TOO_LONG},
        help_text=_("At most 3,000 signs. It is published with its answer, so leave out what only you should know."),
    )
    name = LineField(
        label=_("Name to be shown"),
        required=False,
        max_length=60,
        error_messages={"max_length": TOO_LONG},
        help_text=_("It may stay empty: then the question is signed “A reader”."),
    )
    reach = LineField(
        label=_("How to reach you"),
        required=False,
        max_length=120,
        error_messages={"max_length": TOO_LONG},
        help_text=_("A phone number or an e-mail address, if you want to be told. It is never published."),
    )


class VoteForm(forms.Form):
    """The choice of a reader."""

    choice = forms.IntegerField(min_value=1, max_value=2**63 - 1)
