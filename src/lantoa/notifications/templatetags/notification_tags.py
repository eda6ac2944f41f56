"""What the cells of the inbox ask for."""

from django import template

from lantoa.notifications.models import Notification
from lantoa.notifications.selectors import Told
from lantoa.ui.tables import Table

register = template.Library()


@register.simple_tag
def sentence_of(table: "Table[Notification]", row: Notification) -> Told:
    """The row with its sentence, made for the whole page at once."""
    found: Told = table.extra["told"][row.pk]
    return found
