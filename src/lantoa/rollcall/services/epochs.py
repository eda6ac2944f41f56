"""The history of this server: it is kept in backups, and begins anew after a restore."""

import uuid

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.rollcall import policies
from lantoa.rollcall.models import Epoch


@use_case
def change_epoch(*, actor: Actor, archive_id: str) -> Epoch:
    """Give the server a new epoch, since it was restored from that archive: phones then offer their marks again.

    Raises NotPermitted (the system alone).
    """
    if not policies.can_keep_history(actor=actor):
        raise NotPermitted
    epoch = Epoch.objects.select_for_update().get()
    before, epoch.value, epoch.changed_at = epoch.value, uuid.uuid4(), clock.now()
    epoch.save(update_fields=["value", "changed_at"])
    audit.record(
        actor=actor,
        action="rollcall.change_epoch",
        about=epoch,
        unit=None,
        facts={"archive": archive_id, "before": str(before), "after": str(epoch.value)},
    )
    return epoch


@use_case
def record_backup(*, actor: Actor, archive_id: str, size: int, problems: int) -> Epoch:
    """Write down that an archive was made and read back.

    Its number, its size in bytes, and how many stored files were missing or damaged. Returns the epoch that it holds.
    Raises NotPermitted (the system alone).
    """
    if not policies.can_keep_history(actor=actor):
        raise NotPermitted
    epoch = Epoch.objects.get()
    audit.record(
        actor=actor,
        action="rollcall.record_backup",
        about=epoch,
        unit=None,
        facts={"archive": archive_id, "size": size, "problems": problems},
    )
    return epoch
