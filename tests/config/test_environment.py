"""The environment: defaults, and a clear sentence for every value that cannot be used."""

import pytest

from lantoa.config.environment import ConfigurationError, IdentityProvider, MailServer, read_environment

KEY = "kU3xv9-LqTz7mYb2HnRw5sPd8cJf4gA6eXoVi1tZuNQ_BhKMyW0"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A production environment with what must be given, and nothing else."""
    for name in ("DEBUG", "DEMO", "HOSTS", "ORIGINS", "HTTPS", "POOL_SIZE", "MAIL_URL", "MAIL_FROM", "OIDC_SERVER"):
        monkeypatch.delenv(f"LANTOA_{name}", raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://lantoa@db/lantoa")
    monkeypatch.setenv("LANTOA_SECRET_KEY", KEY)
    return monkeypatch


def test_production_is_closed_by_default() -> None:
    environment = read_environment()
    assert (environment.debug, environment.demo, environment.https) == (False, False, True)
    assert environment.allowed_hosts == ("127.0.0.1", "localhost")
    assert environment.mail_server == MailServer()
    assert not environment.local_secret


def test_production_needs_a_secret(bare: pytest.MonkeyPatch) -> None:
    bare.delenv("LANTOA_SECRET_KEY")
    with pytest.raises(ConfigurationError, match="LANTOA_SECRET_KEY"):
        read_environment()
    bare.setenv("LANTOA_DEMO", "1")
    assert read_environment().local_secret


@pytest.mark.parametrize(
    ("hosts", "origins", "https", "site"),
    [
        ("", "https://lantoa.example.vn,https://other.example.vn", "1", "https://lantoa.example.vn"),
        ("127.0.0.1,lantoa.example.vn", "", "1", "https://lantoa.example.vn"),
        (".example.vn", "", "0", "http://example.vn"),
        ("*", "", "0", "http://localhost"),
    ],
)
def test_mails_lead_to_the_first_address_that_is_known(
    hosts: str, origins: str, https: str, site: str, bare: pytest.MonkeyPatch
) -> None:
    for name, value in (("HOSTS", hosts), ("ORIGINS", origins), ("HTTPS", https)):
        bare.setenv(f"LANTOA_{name}", value)
    assert read_environment().site == site


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LANTOA_DEBUG", "yes"),
        ("LANTOA_POOL_SIZE", "0"),
        ("LANTOA_POOL_SIZE", "many"),
        ("LANTOA_MAIL_URL", "mail.example.vn"),
        ("LANTOA_MAIL_URL", "http://mail.example.vn"),
        ("LANTOA_OIDC_SERVER", "id.example.vn"),
        ("LANTOA_OIDC_SERVER", "http://id.example.vn"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str, bare: pytest.MonkeyPatch) -> None:
    bare.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name):
        read_environment()


def test_lists_are_separated_by_commas(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("LANTOA_HOSTS", "lantoa.example.vn, www.lantoa.example.vn,")
    assert read_environment().allowed_hosts == ("lantoa.example.vn", "www.lantoa.example.vn")


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail", MailServer(host="mail", port=25)),
        ("smtp+starttls://a:b%40c@mail", MailServer("mail", 587, "a", "b@c", starttls=True)),
        ("smtps://mail:4650", MailServer(host="mail", port=4650, tls=True)),
    ],
)
def test_a_mail_server_is_one_address(url: str, server: MailServer, bare: pytest.MonkeyPatch) -> None:
    bare.setenv("LANTOA_MAIL_URL", url)
    assert read_environment().mail_server == server


def test_another_systems_sign_in_is_off_until_its_server_is_named(bare: pytest.MonkeyPatch) -> None:
    assert read_environment().identity_provider == IdentityProvider()
    bare.setenv("LANTOA_OIDC_SERVER", "https://id.example.vn/realms/lantoa/")
    with pytest.raises(ConfigurationError, match="LANTOA_OIDC_CLIENT"):
        read_environment()
    bare.setenv("LANTOA_OIDC_CLIENT", "lantoa")
    bare.setenv("LANTOA_OIDC_SECRET", "secret")
    found = read_environment().identity_provider
    assert found == IdentityProvider("https://id.example.vn/realms/lantoa", "lantoa", "secret", "id.example.vn")
    assert found.origin == "https://id.example.vn"
    bare.setenv("LANTOA_OIDC_SECOND_FACTOR", "1")
    assert read_environment().identity_provider.asks_second_factor


def test_another_systems_sign_in_may_be_plain_on_ones_own_machine(bare: pytest.MonkeyPatch) -> None:
    for name, value in (("SERVER", "http://127.0.0.1:9400"), ("CLIENT", "a"), ("SECRET", "b"), ("NAME", "Thử")):
        bare.setenv(f"LANTOA_OIDC_{name}", value)
    bare.setenv("LANTOA_DEBUG", "1")
    assert read_environment().identity_provider.name == "Thử"


def test_nobody_must_have_a_second_factor_until_it_is_set(bare: pytest.MonkeyPatch) -> None:
    assert read_environment().second_factor_for == "nobody"
    bare.setenv("LANTOA_SECOND_FACTOR", "administrators-approvers")
    assert read_environment().second_factor_for == "administrators-approvers"
    bare.setenv("LANTOA_SECOND_FACTOR", "everybody")
    with pytest.raises(ConfigurationError, match="LANTOA_SECOND_FACTOR is 'everybody'"):
        read_environment()


def test_options_of_the_database_url_are_kept_beside_ours() -> None:
    from lantoa.config.settings import _database

    options = _database("postgresql://lantoa@db/lantoa?options=-c%20work_mem%3D8MB")["OPTIONS"]
    assert isinstance(options, dict)
    assert options["options"] == "-c work_mem=8MB -c plan_cache_mode=force_generic_plan"
