"""What readers type to search for."""

from typing import Any

from django import forms

from lantoa.search.lexemes import LONGEST_QUERY


class WordsField(forms.CharField):
    """Words to search for. Whatever is typed is looked for, as far as the longest question goes: none is refused."""

    widget = forms.SearchInput

    def to_python(self, value: Any) -> str:
        """The beginning of what was typed, which may be longer than anybody types, without a sign that ends texts."""
        typed = str(super().to_python(value))
        return typed.replace("\0", " ")[:LONGEST_QUERY].strip()

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The box takes no more either."""
        return {**super().widget_attrs(widget), "maxlength": str(LONGEST_QUERY)}
