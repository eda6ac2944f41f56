"""The server's epoch: who changes it, and what the log keeps of backups."""

import uuid

import pytest

from lantoa.audit.models import Entry
from lantoa.organizations.actors import SYSTEM
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted
from lantoa.rollcall.models import Epoch
from lantoa.rollcall.services.epochs import change_epoch, record_backup
from tests.organizations.factories import make_actor, make_unit

pytestmark = pytest.mark.django_db
ARCHIVE = str(uuid.UUID(int=7))


@pytest.fixture(autouse=True)
def first_epoch() -> None:
    """What the migration wrote, where the emptying after another test took it away."""
    Epoch.objects.get_or_create(pk=1)


def test_a_restore_begins_another_epoch_and_is_written_down() -> None:
    before = Epoch.objects.get()
    after = change_epoch(actor=SYSTEM, archive_id=ARCHIVE)
    assert Epoch.objects.get().value == after.value != before.value
    assert after.changed_at > before.changed_at
    entry = Entry.objects.get(action="rollcall.change_epoch")
    assert entry.actor_id is None
    assert entry.facts == {"archive": ARCHIVE, "before": str(before.value), "after": str(after.value)}


def test_a_backup_is_written_down_and_leaves_the_epoch() -> None:
    before = Epoch.objects.get().value
    assert record_backup(actor=SYSTEM, archive_id=ARCHIVE, size=12, problems=1).value == before
    entry = Entry.objects.get(action="rollcall.record_backup")
    assert (entry.object_type, entry.facts) == (
        "rollcall.epoch",
        {"archive": ARCHIVE, "size": 12, "problems": 1},
    )


def test_nobody_but_the_system_does_either() -> None:
    administrator = make_actor(Role.ADMINISTRATOR, make_unit())
    before = Epoch.objects.get().value
    with pytest.raises(NotPermitted):
        change_epoch(actor=administrator, archive_id=ARCHIVE)
    with pytest.raises(NotPermitted):
        record_backup(actor=administrator, archive_id=ARCHIVE, size=1, problems=0)
    assert Epoch.objects.get().value == before
