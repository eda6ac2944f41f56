"""The filter of the units below."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.attendance.enums import Group


class CoverageFilter(forms.Form):
    """Which of the units below to show, and for which group of persons. Anything unknown shows all."""

    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("all units")),
            ("below", _("below the target")),
            ("missing", _("with marks missing")),
            ("pilots", _("pilot units")),
        ],
    )
    group = forms.ChoiceField(label=_("Group"), required=False, choices=Group.choices, initial=Group.ALL)

    @property
    def shown(self) -> str:
        """The filter that is asked for, empty where it is none of ours."""
        self.full_clean()
        return str(self.cleaned_data.get("show", ""))

    @property
    def chosen_group(self) -> Group:
        """The group that is asked for; members and cadres together where it is none of ours."""
        self.full_clean()
        return Group(self.cleaned_data.get("group") or Group.ALL)
