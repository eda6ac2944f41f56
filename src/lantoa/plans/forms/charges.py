"""The form that names who is responsible for a unit in a campaign, and who follows it."""

from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.models import Appointment, Unit
from lantoa.organizations.restricting import unrestricted
from lantoa.plans.enums import Part
from lantoa.plans.models import Campaign, Charge
from lantoa.plans.selectors.charges import eligible


class AppointeeField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the appointees of today."""

    def label_from_instance(self, obj: Any) -> str:
        """The name, the position, and the unit."""
        title = obj.title or capfirst(obj.get_role_display())
        return f"{obj.person.full_name} · {title}, {obj.unit.name}"


class ChargeForm(forms.Form):
    """Left empty, the default holds: the secretary, and whoever follows the unit by appointment."""

    responsible = AppointeeField(
        label=_("Directly responsible"),
        queryset=Appointment.objects.none(),
        required=False,
        empty_label=_("The secretary of the unit"),
        help_text=_("Somebody who is appointed at the unit."),
    )
    follower = AppointeeField(
        label=_("Follows the unit"),
        queryset=Appointment.objects.none(),
        required=False,
        empty_label=_("Whoever follows it by appointment"),
        help_text=_("Somebody who is appointed above the unit. Reminders of what is overdue go to them."),
    )

    def __init__(self, *args: Any, campaign: Campaign, unit: Unit, **kwargs: Any) -> None:
        today = clock.today()
        charges = Charge.objects.in_force_on(today).filter(campaign=campaign, unit=unit)
        kwargs["initial"] = dict(charges.values_list("part", "appointment_id"))
        super().__init__(*args, **kwargs)
        for part in Part:
            field = cast("forms.ModelChoiceField[Appointment]", self.fields[part.value])
            field.queryset = unrestricted(eligible(part, unit, today))
