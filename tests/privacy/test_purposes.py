"""What is kept about people is described for them, kind by kind."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from lantoa.privacy.inventory import inventory
from lantoa.privacy.kinds import ABOUT_NOBODY, KINDS
from tests.organizations.factories import make_user


def test_every_kind_of_the_inventory_is_described_once() -> None:
    described = [kind.key for kind in KINDS]
    assert sorted(described) == sorted({entry.kind for entry in inventory().values()} - {ABOUT_NOBODY})


def test_tables_of_the_software_itself_hold_nothing_about_people() -> None:
    for entry in inventory().values():
        if entry.kind == ABOUT_NOBODY:
            assert set(entry.classes.values()) <= {"none"}, entry.table


def test_rolls_and_reasons_are_said_to_be_sensitive() -> None:
    sensitive = {kind.key for kind in KINDS if kind.sensitive}
    assert sensitive >= {"roll", "exemption"}
    assert "figure" not in sensitive


@pytest.mark.django_db
def test_whoever_is_signed_in_reads_both_pages() -> None:
    client = Client()
    client.force_login(make_user())
    page = client.get(reverse("privacy:purpose_list")).content.decode()
    assert all(escape(str(kind.label)) in page for kind in KINDS)
    assert client.get(reverse("privacy:notice")).status_code == 200
