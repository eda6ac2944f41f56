"""Parts of addresses that only certain words fit; anything else is not a page."""

from django.urls.converters import StringConverter

from lantoa.plans.enums import PlanStep
from lantoa.typesetting.responses import FileKind


class ItemKindConverter(StringConverter):
    """A target or a task."""

    regex = "target|task"


class FileKindConverter(StringConverter):
    """What a document may be taken out as: the ending of the file's name."""

    regex = "|".join(FileKind)


class PlanStepConverter(StringConverter):
    """A step of the state table."""

    regex = "|".join(PlanStep)
