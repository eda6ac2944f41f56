"""The block of figures from the work: editors word the labels and leave rows out, the numbers are not theirs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class KeptBlock(blocks.CharBlock):
    """What the block carries along and nobody sees."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.field.widget = forms.HiddenInput()

    def get_searchable_content(self, value: str) -> list[str]:
        """Nothing that anybody would look for."""
        return []


class ShownBlock(blocks.CharBlock):
    """The figure, for the editor's eye: what everybody reads comes from what was given out."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.field.widget = forms.TextInput(attrs={"readonly": True, "tabindex": -1})


class FigureRowBlock(blocks.StructBlock):
    """One figure."""

    key = KeptBlock(required=False)
    label = blocks.CharBlock(label=_("Label"), max_length=200)
    value = ShownBlock(label=_("Figure, as it was given out"), required=False)

    class Meta:
        icon = "snippet"
        label = _("Figure")


class FiguresBlock(blocks.StructBlock):
    """Figures of the work as an officer gave them out at one moment (`FigureSet`)."""

    origin = KeptBlock()
    rows = blocks.ListBlock(FigureRowBlock(), label=_("Figures"), min_num=1)

    class Meta:
        icon = "order"
        label = _("Figures from the work")
        template = "portal/blocks/figures.html"
        form_classname = "struct-block portal-figures"
        help_text = _("The numbers are as they were given out. You may word a label or take a row out.")

    def clean(self, value: Any) -> Any:
        """Raises ValidationError for rows that were not given out. The numbers are written anew from what was."""
        found = super().clean(value)
        given = given_out(found["origin"])
        keys = [row["key"] for row in found["rows"]]
        if given is None or len(set(keys)) != len(keys) or not set(keys) <= given.by_key.keys():
            wrong = ValidationError(_("Only figures that an officer gave out can stand here, each of them once."))
            raise blocks.StructBlockValidationError(non_block_errors=[wrong])
        for row in found["rows"]:
            row["value"] = given.by_key[row["key"]].value
        return found

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """The rows that stand in the article, with the numbers that were given out (one query)."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        given = given_out(value["origin"])
        rows = [(row["label"], given.by_key.get(row["key"])) for row in value["rows"]] if given else []
        return {**context, "given": given, "rows": [(label, figure) for label, figure in rows if figure is not None]}


class Given:
    """A set of figures, and its rows by their keys."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self.figures = rows[0].figures
        self.by_key = {row.key: row for row in rows}


def given_out(origin: str) -> Given | None:
    """The set that a block names; None where there is none (one query)."""
    try:
        client_id = UUID(origin)
    except ValueError:
        return None
    rows = apps.get_model("portal", "Figure").objects.filter(figures__client_id=client_id)
    found = list(rows.select_related("figures").order_by("position"))
    return Given(found) if found else None
