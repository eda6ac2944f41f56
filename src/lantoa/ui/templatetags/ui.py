"""Tags and filters that templates of every app use; they need no `{% load %}`."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString

from lantoa.kernel import clock
from lantoa.kernel.numbers import percent_half_up
from lantoa.ui import numbers, slots
from lantoa.ui.states import ICONS, Tone

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """The symbol of the sprite as SVG; hidden from screen readers unless `label` says what it means."""
    href = f"{static('ui/vendor/sprite.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', href)


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, subject: Any = None) -> SafeString:
    """What upper apps put into the slot `name` for `subject`."""
    return slots.render(name, context["request"], subject)


@register.filter
def number(value: int | Decimal | None, places: int | None = None) -> str:
    """`3.517`."""
    return numbers.grouped(value, places)


@register.filter
def percent(value: Decimal | None) -> str:
    """`93,5%` from a rounded figure."""
    return numbers.percent(value)


@register.filter
def percent_of(numerator: int, denominator: int) -> str:
    """`93,5%` from two counts, rounded half up; a dash where nothing is owed."""
    return numbers.percent(percent_half_up(numerator, denominator))


@register.filter
def day(value: dt.date | None) -> str:
    """`31/12/2026`."""
    return numbers.day(value)


@register.filter
def moment(value: dt.datetime | None) -> str:
    """`07:30 31/12/2026`."""
    return numbers.moment(value)


@register.simple_tag
def printed_at() -> str:
    """The present moment, for the head of a page on paper."""
    return numbers.moment(clock.now())


@register.filter
def symbol(tone: str, icon_name: str = "") -> str:
    """The icon of a tone, or `icon_name` where there is one."""
    return icon_name or ICONS[Tone(tone)]


@register.filter(is_safe=True)
def plain(value: str) -> str:
    """`value` without tags and with single blanks, for a title."""
    return " ".join(strip_tags(value).split())


@register.simple_tag
def field_widget(field: BoundField, placeholder: str | None = None) -> SafeString:
    """The field's widget with our classes; label, help and errors are wired to it by Django's own attributes.

    A `placeholder` stands in for the widget's own; an empty one takes it away.
    """
    attrs: dict[str, str | bool] = {"class": " ".join(filter(None, (_widget_class(field), _own_class(field))))}
    if placeholder is not None:
        attrs["placeholder"] = placeholder or False
    return field.as_widget(attrs=attrs)


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether the field is one checkbox, whose label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.tag
def capture(parser: Parser, token: Token) -> "CaptureNode":
    """`{% capture name %}…{% endcapture %}`: the rendered content as the variable `name`."""
    _, name = token.split_contents()
    nodes = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(name, nodes)


class CaptureNode(template.Node):
    """Renders its content into a variable instead of onto the page."""

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """Nothing; the content goes into the context."""
        context[self.name] = SafeString(self.nodelist.render(context).strip())
        return SafeString()


def _own_class(field: BoundField) -> str:
    return str(field.field.widget.attrs.get("class", ""))


def _widget_class(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, Select) else "form-control"
