"""What becomes of letters of introduction and of stays for a time when a unit ends or is split."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.enums import TransferKind, TransferState
from lantoa.organizations.models import TemporaryMembership, Transfer
from lantoa.organizations.querysets import TemporaryMembershipQuerySet
from lantoa.organizations.succession import OpenWork, Succession, heirs_of


class LetterSteward:
    """Letters that wait at a unit, and stays that are not over, go to the unit that takes over.

    A letter between two units that become one is withdrawn: there is nowhere left to go. Names are not told.
    """

    def open_work(self, successions: Sequence[Succession]) -> list[OpenWork]:
        """The letters to and from the units that nobody has decided, and the stays in them."""
        heirs = heirs_of(successions)
        ids = [one.unit_id for one in successions]
        waiting = Transfer.objects.filter(state=TransferState.OFFERED)
        letters = (waiting.filter(to_unit__in=ids) | waiting.filter(from_unit__in=ids)).order_by("pk")
        found = []
        for letter in letters:
            unit_id = letter.to_unit_id if letter.to_unit_id in ids else letter.from_unit_id
            found.append(_work("letter", letter.pk, letter.letter_number, unit_id, heirs.get(unit_id)))
        for stay in _stays(ids).select_related("transfer"):
            number = stay.transfer.letter_number
            found.append(_work("stay", stay.pk, number, stay.unit_id, heirs.get(stay.unit_id)))
        return found

    def hand_over(self, successions: Sequence[Succession]) -> int:
        """Let them go; how many went."""
        gone = 0
        for unit_id, heir_id in heirs_of(successions).items():
            waiting = Transfer.objects.filter(state=TransferState.OFFERED)
            gone += (waiting.filter(to_unit=unit_id) | waiting.filter(from_unit=unit_id)).count()
            between = waiting.filter(from_unit=unit_id, to_unit=heir_id) | waiting.filter(
                from_unit=heir_id, to_unit=unit_id
            )
            between.update(state=TransferState.WITHDRAWN, decided_at=clock.now())
            waiting.filter(to_unit=unit_id).update(to_unit=heir_id)
            waiting.filter(from_unit=unit_id).update(from_unit=heir_id)
            gone += _stays([unit_id]).update(unit=heir_id)
        return gone


def _stays(unit_ids: Sequence[int]) -> TemporaryMembershipQuerySet:
    return TemporaryMembership.objects.filter(unit__in=unit_ids, period__endswith__gt=clock.today()).order_by("pk")


def _work(key: str, pk: int, number: str, unit_id: int, heir_id: int | None) -> OpenWork:
    kind = _("letter of introduction") if key == "letter" else TransferKind.STAY.label
    return OpenWork(key=f"{key}-{pk}", version=1, kind=kind, label=number, unit_id=unit_id, heir_id=heir_id)
