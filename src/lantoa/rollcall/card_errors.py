"""Typed refusals about members' cards."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class NobodyForCards(Refusal):
    """None of those asked for is counted by the unit and may be printed."""

    code = "nobody_for_cards"
    message: ClassVar[str | Promise] = _("There is nobody to print a card for. Tick people who are counted here today.")


class CardWrong(Refusal):
    """What was read or typed is no card of this server, or one of somebody who was erased."""

    code = "card_wrong"
    message: ClassVar[str | Promise] = _("This is not a card of this system. Check the letters, or scan it again.")


class CardReplaced(Refusal):
    """The card was good once; its owner has another one."""

    code = "card_replaced"
    message: ClassVar[str | Promise] = _("This card was replaced by a newer one. Use the newer card.")
