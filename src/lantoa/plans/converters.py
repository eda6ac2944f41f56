"""Parts of addresses that only certain words fit; anything else is not a page."""

from django.urls.converters import StringConverter

from lantoa.plans.enums import PlanStep


class ItemKindConverter(StringConverter):
    """A target or a task."""

    regex = "target|task"


class PlanStepConverter(StringConverter):
    """A step of the state table."""

    regex = "|".join(PlanStep)
