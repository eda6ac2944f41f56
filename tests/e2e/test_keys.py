"""A passkey in a real browser, with an authenticator that the browser itself plays (WebAuthn over CDP)."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.installation import Installation
from tests.e2e.reader import PHONE, Reader, reading
from tests.e2e.words import vi

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

FINGERPRINT = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def give_fingerprint(reader: Reader) -> None:
    """From now on the device has a reader of fingerprints, on which the right finger always lies."""
    devices = reader.context.new_cdp_session(reader.page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": FINGERPRINT})


def test_a_passkey_is_added_and_confirms_the_next_sign_in(browser: Browser, installation: Installation) -> None:
    url = installation.url.replace("127.0.0.1", "localhost")  # a key knows hosts by name alone
    with reading(browser, url, width=PHONE) as reader:
        give_fingerprint(reader)
        reader.sign_in("muongso.vanthu")
        reader.page.goto("/second-factor/")
        reader.fill("Name of the key", "Điện thoại của tôi")
        reader.press("Add a key")
        reader.says("These codes are shown only now")
        assert reader.page.locator("ol.second-factor-codes li").count() == 10
        reader.go("I have kept them")
        reader.says("A second factor is set up")
        expect(reader.page.locator("main")).to_contain_text("Điện thoại của tôi")

        reader.fill("Name of the key", "Cùng một khóa")
        reader.button("Add a key").click()
        reader.says("The key was not used: it was broken off, took too long, or this key is added already. Try again.")

        reader.page.goto("/accounts/logout/")
        reader.press("Sign out")
        reader.sign_in("muongso.vanthu")
        assert reader.heading == vi("Confirm that it is you")
        reader.press("Use the passkey or key")
        reader.page.goto("/session/")
        assert reader.heading == vi("Where you are signed in")
