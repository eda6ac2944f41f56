"""The environment variables that the installation may set, parsed once into one typed value."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lantoa.config.embedded import embedded_database_url

SECOND_FACTOR_FOR = ("nobody", "administrators", "administrators-approvers")
LOCAL_SECRET = "local-only-key-for-a-machine-that-serves-itself-and-nobody-else"  # noqa: S105 it is no secret


class ConfigurationError(Exception):
    """An environment variable is missing or unusable; the message names it and says what to set."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over; the default is none."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """Another system's sign-in, by OpenID Connect; the default is none. `name` is what its button says.

    `asks_second_factor`: whoever comes from there has shown a second factor there already.
    """

    server: str = ""
    client: str = ""
    secret: str = ""
    name: str = ""
    asks_second_factor: bool = False

    @property
    def origin(self) -> str:
        """Scheme, host and port of its pages, empty where there is none."""
        parts = urlsplit(self.server)
        return f"{parts.scheme}://{parts.netloc}" if self.server else ""


@dataclass(frozen=True, slots=True)
class Environment:
    """What the environment says. Every field has a safe default except in production, where secrets must be given."""

    debug: bool
    demo: bool
    secret_key: str
    database_url: str
    allowed_hosts: tuple[str, ...]
    trusted_origins: tuple[str, ...]
    data_dir: Path
    https: bool
    pool_size: int
    idle_minutes: int
    second_factor_for: str
    retention: str
    mail_from: str
    mail_server: MailServer
    identity_provider: IdentityProvider

    @property
    def site(self) -> str:
        """The address that mails lead to: the first trusted origin, else the first host."""
        host = next((name for name in self.allowed_hosts if name not in {"*", "127.0.0.1"}), "localhost")
        return next(iter(self.trusted_origins), f"{'https' if self.https else 'http'}://{host.lstrip('.')}")

    @property
    def local_secret(self) -> bool:
        """Whether the key is the one that everybody knows."""
        return self.secret_key == LOCAL_SECRET


def _flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value not in {"0", "1"}:
        raise ConfigurationError(f"{name} is {value!r}: set it to 0 or 1.")
    return value == "1"


def _words(name: str, default: str = "") -> tuple[str, ...]:
    return tuple(word.strip() for word in os.environ.get(name, default).split(",") if word.strip())


def _whole_number(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise ConfigurationError(f"{name} is {value!r}: set it to a whole number of at least 1.")
    return int(value)


def _one_of(name: str, choices: tuple[str, ...]) -> str:
    """The first of the choices where nothing is set."""
    value = os.environ.get(name) or choices[0]
    if value not in choices:
        raise ConfigurationError(f"{name} is {value!r}: set it to one of {', '.join(choices)}.")
    return value


def _secret_key(*, local: bool) -> str:
    key = os.environ.get("LANTOA_SECRET_KEY", "")
    if key:
        return key
    if local:
        return LOCAL_SECRET
    raise ConfigurationError("LANTOA_SECRET_KEY is not set: give a random text of at least 50 characters.")


def _mail_server(url: str) -> MailServer:
    """`smtp://`, `smtp+starttls://` or `smtps://` with user, password, host and port."""
    if not url:
        return MailServer()
    parts = urlsplit(url)
    ports = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname:
        raise ConfigurationError("LANTOA_MAIL_URL must look like smtps://user:password@mail.example.vn:465.")
    return MailServer(
        host=parts.hostname,
        port=parts.port or ports[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+starttls",
        tls=parts.scheme == "smtps",
    )


def _identity_provider(*, local: bool) -> IdentityProvider:
    """Where `LANTOA_OIDC_SERVER` names one; in production only by HTTPS, since the answer says who signs in."""
    server = os.environ.get("LANTOA_OIDC_SERVER", "").rstrip("/")
    if not server:
        return IdentityProvider()
    parts = urlsplit(server)
    if parts.scheme not in ({"https", "http"} if local else {"https"}) or not parts.hostname:
        raise ConfigurationError("LANTOA_OIDC_SERVER must look like https://id.example.vn/realms/lantoa.")
    client, secret = os.environ.get("LANTOA_OIDC_CLIENT", ""), os.environ.get("LANTOA_OIDC_SECRET", "")
    if not client or not secret:
        raise ConfigurationError("LANTOA_OIDC_CLIENT and LANTOA_OIDC_SECRET are not set: the provider gives both.")
    return IdentityProvider(
        server=server,
        client=client,
        secret=secret,
        name=os.environ.get("LANTOA_OIDC_NAME") or parts.hostname,
        asks_second_factor=_flag("LANTOA_OIDC_SECOND_FACTOR", default=False),
    )


def read_environment() -> Environment:
    """The settings of this installation.

    Without `DATABASE_URL` the embedded PostgreSQL of `LANTOA_DATA_DIR` is started, for one machine only.
    Raises ConfigurationError where a value is missing or unusable.
    """
    demo = _flag("LANTOA_DEMO", default=False)
    debug = _flag("LANTOA_DEBUG", default=False)
    data_dir = Path(os.environ.get("LANTOA_DATA_DIR", "var")).resolve()
    return Environment(
        debug=debug,
        demo=demo,
        secret_key=_secret_key(local=demo or debug),
        database_url=os.environ.get("DATABASE_URL") or embedded_database_url(data_dir / "postgres"),
        allowed_hosts=_words("LANTOA_HOSTS", "127.0.0.1,localhost" + (",.localhost" if demo else "")),
        trusted_origins=_words("LANTOA_ORIGINS"),
        data_dir=data_dir,
        https=_flag("LANTOA_HTTPS", default=not (demo or debug)),
        pool_size=_whole_number("LANTOA_POOL_SIZE", 8),
        idle_minutes=_whole_number("LANTOA_IDLE_MINUTES", 30),
        second_factor_for=_one_of("LANTOA_SECOND_FACTOR", SECOND_FACTOR_FOR),
        retention=os.environ.get("LANTOA_RETENTION", ""),
        mail_from=os.environ.get("LANTOA_MAIL_FROM", "lantoa@localhost"),
        mail_server=_mail_server(os.environ.get("LANTOA_MAIL_URL", "")),
        identity_provider=_identity_provider(local=demo or debug),
    )
