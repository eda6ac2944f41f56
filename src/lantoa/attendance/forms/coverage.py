"""The filter of the units below."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.attendance.enums import Group


class GroupFilter(forms.Form):
    """For which group of persons the figures are. Anything unknown shows all."""

    group = forms.ChoiceField(label=_("Group"), required=False, choices=Group.choices, initial=Group.ALL)

    @property
    def chosen_group(self) -> Group:
        """The group that is asked for; members and cadres together where it is none of ours."""
        self.full_clean()
        return Group(self.cleaned_data.get("group") or Group.ALL)


class CoverageFilter(GroupFilter):
    """Which of the units below to show, and for which group of persons. Anything unknown shows all."""

    field_order = ("show", "group")
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

    @property
    def shown(self) -> str:
        """The filter that is asked for, empty where it is none of ours."""
        self.full_clean()
        return str(self.cleaned_data.get("show", ""))
