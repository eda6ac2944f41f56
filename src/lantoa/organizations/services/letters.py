"""What becomes of letters of introduction and of stays for a time when a unit ends or is split."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.enums import TransferKind, TransferState
from lantoa.organizations.models import TemporaryMembership, Transfer
from lantoa.organizations.succession import OpenWork, Succession, heirs_of


class LetterSteward:
    """Letters that wait at a unit, and stays that are not over, go to the unit that takes over.

    A letter between two units that become one is withdrawn: there is nowhere left to go. Names are not told.
    """

    def open_work(self, successions: Sequence[Succession]) -> list[OpenWork]:
        """The letters to and from the units that nobody has decided, and the stays in them."""
        heirs = heirs_of(successions)
        ids = [one.unit_id for one in successions]
        waiting = Q(state=TransferState.OFFERED) & (Q(to_unit__in=ids) | Q(from_unit__in=ids))
        lasting = Q(stay__unit__in=ids, stay__period__endswith__gt=clock.today())
        found = []
        for letter in Transfer.objects.filter(waiting | lasting).select_related("stay").order_by("pk"):
            stays = letter.state == TransferState.ACCEPTED
            unit_id = letter.stay.unit_id if stays else letter.to_unit_id
            unit_id = unit_id if unit_id in ids else letter.from_unit_id
            found.append(
                OpenWork(
                    key=f"letter-{letter.pk}",
                    version=1,
                    kind=TransferKind.STAY.label if stays else _("letter of introduction"),
                    label=letter.letter_number,
                    unit_id=unit_id,
                    heir_id=heirs.get(unit_id),
                )
            )
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
            stays = TemporaryMembership.objects.filter(unit=unit_id, period__endswith__gt=clock.today())
            gone += stays.update(unit=heir_id)
        return gone
