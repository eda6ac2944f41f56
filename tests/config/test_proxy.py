"""The proxy: pages on which somebody could guess are limited by address before a request reaches us."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

PROXY = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"


@pytest.mark.parametrize("page", ["account_login", "mfa_authenticate", "accounts:invitation"])
def test_a_page_where_one_could_guess_is_limited(page: str) -> None:
    found = re.search(rf"location = {re.escape(reverse(page))} \{{(.*?)\}}", PROXY.read_text(), re.DOTALL)
    assert found
    assert "limit_req zone=sign_in " in found[1]
    assert "proxy_pass " in found[1]
