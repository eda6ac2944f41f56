"""The one settings module: composition of the apps, everything that varies read from the environment."""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from lantoa.config.environment import read_environment

ENVIRONMENT = read_environment()
PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = ENVIRONMENT.debug
LANTOA_DEMO = ENVIRONMENT.demo
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(ENVIRONMENT.trusted_origins)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_cotton.apps.SimpleAppConfig",
    "csp",
    "lantoa.ui",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
    "lantoa.audit",
    "lantoa.search",
    "lantoa.accounts",
    "lantoa.jobs",
    "lantoa.files",
    "lantoa.notifications",
    "lantoa.visits",
    "lantoa.organizations",
    "lantoa.directives",
    "lantoa.materials",
    "lantoa.plans",
    "lantoa.speakers",
    "lantoa.study_sessions",
    "lantoa.attendance",
    "lantoa.rollcall",
    "lantoa.privacy",
    # Before Wagtail's own apps: some of their templates and texts are ours.
    "lantoa.portal",
    "wagtail.contrib.table_block",
    "wagtail.users",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "lantoa.dashboard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "lantoa.ui.middleware.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Before whatever knows who asks: a page for everybody is asked for without cookies.
    "lantoa.portal.serving.middleware.PublicMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lantoa.ui.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lantoa.accounts.middleware.IdleMiddleware",
    "lantoa.accounts.middleware.OwnPasswordMiddleware",
    "lantoa.accounts.second_factor.middleware.SecondFactorMiddleware",
    "lantoa.organizations.middleware.ActorMiddleware",
    "lantoa.portal.middleware.EditingMiddleware",
    "lantoa.ui.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "lantoa.config.urls"
WSGI_APPLICATION = "lantoa.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                ),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "lantoa.ui.context_processors.chrome",
            ],
            "builtins": ["django_cotton.templatetags.cotton", "lantoa.ui.templatetags.ui"],
        },
    },
]
FORM_RENDERER = "lantoa.ui.forms.FieldRenderer"


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options: dict[str, object] = dict(parse_qsl(parts.query))
    host = str(options.pop("host", "") or parts.hostname or "")
    options["prepare_threshold"] = 2
    # A plan that is kept is one for all values: arrays of any length are looked up by the same indexes.
    options["options"] = f"{options.get('options', '')} -c plan_cache_mode=force_generic_plan".strip()
    options["pool"] = {"min_size": 1, "max_size": ENVIRONMENT.pool_size, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DATABASES = {"default": _database(ENVIRONMENT.database_url)}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Copies of public pages, in the memory of each process, the last used ones (lantoa.portal.serving).
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 400, "CULL_FREQUENCY": 10},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["lantoa.accounts.hashers.ModestArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "lantoa.accounts.validators.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "lantoa.accounts.validators.ContextWordsValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "email")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard:home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "lantoa.accounts.adapter.ClosedSignupAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
# Behind HTTPS stands exactly one proxy of ours, whose X-Forwarded-For names the reader; sign-in limits count by it.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENVIRONMENT.https else 0
# Failed passwords are counted by accounts.limits, since a whole office sits behind one address.
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "5/5m/key"}

SOCIALACCOUNT_ADAPTER = "lantoa.accounts.adapter.KnownUsersAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": ENVIRONMENT.identity_provider.name,
                "client_id": ENVIRONMENT.identity_provider.client,
                "secret": ENVIRONMENT.identity_provider.secret,
                "settings": {"server_url": ENVIRONMENT.identity_provider.server, "oauth_pkce_enabled": True},
            }
        ]
        if ENVIRONMENT.identity_provider.server
        else [],
    }
}

MFA_ADAPTER = "lantoa.accounts.second_factor.adapter.SecretsAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
LANTOA_SECOND_FACTOR_FOR = ENVIRONMENT.second_factor_for
LANTOA_PROVIDER_ASKS_SECOND_FACTOR = ENVIRONMENT.identity_provider.asks_second_factor

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATIC_ROOT = ENVIRONMENT.data_dir / "static"
MEDIA_ROOT = ENVIRONMENT.data_dir / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What the portal shows to everybody: pictures in the sizes of its pages, never the originals.
    "portal_pictures": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(ENVIRONMENT.data_dir / "pictures"), "base_url": "/cong/anh/"},
    },
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "lantoa.ui.storage.StaticStorage"
        )
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

SECURE_SSL_REDIRECT = ENVIRONMENT.https
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENVIRONMENT.https
SECURE_HSTS_PRELOAD = ENVIRONMENT.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_ENGINE = "lantoa.accounts.sessions"
SESSION_COOKIE_SECURE = ENVIRONMENT.https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 43_200
LANTOA_IDLE_MINUTES = ENVIRONMENT.idle_minutes
LANTOA_RETENTION = ENVIRONMENT.retention
LANTOA_SITE = ENVIRONMENT.site
CSRF_FAILURE_VIEW = "lantoa.ui.errors.csrf_failure"
CSRF_COOKIE_SECURE = ENVIRONMENT.https
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # The answer to the form that leads to another system's sign-in goes there.
        "form-action": [SELF, *filter(None, [ENVIRONMENT.identity_provider.origin])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if ENVIRONMENT.mail_server.host
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = ENVIRONMENT.mail_server.host
EMAIL_PORT = ENVIRONMENT.mail_server.port
EMAIL_HOST_USER = ENVIRONMENT.mail_server.user
EMAIL_HOST_PASSWORD = ENVIRONMENT.mail_server.password
EMAIL_USE_TLS = ENVIRONMENT.mail_server.starttls
EMAIL_USE_SSL = ENVIRONMENT.mail_server.tls
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from

WAGTAIL_SITE_NAME = "Lan Tỏa"
WAGTAILADMIN_BASE_URL = ENVIRONMENT.site
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = [("vi", _("Vietnamese"))]
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y %H:%M"
WAGTAIL_TIME_FORMAT = "%H:%M"
# What Wagtail's forms write they have to read again; Django has no such list for Vietnamese.
DATE_INPUT_FORMATS = [WAGTAIL_DATE_FORMAT, "%Y-%m-%d"]
DATETIME_INPUT_FORMATS = [WAGTAIL_DATETIME_FORMAT, "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"password": False, "groups": False, "login": False}
WAGTAIL_FINISH_WORKFLOW_ACTION = "lantoa.portal.finishing.publish_approved"
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILIMAGES_IMAGE_MODEL = "portal.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "lantoa.portal.forms.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["png", "jpg", "jpeg", "webp"]
# Looks like WebP of Wagtail's 80, and is smaller.
WAGTAILIMAGES_AVIF_QUALITY = 60
WAGTAILIMAGES_RENDITION_STORAGE = "portal_pictures"
WAGTAILDOCS_DOCUMENT_MODEL = "portal.Attachment"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "lantoa.portal.forms.AttachmentForm"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
TAGGIT_CASE_INSENSITIVE = True

PROCRASTINATE_ON_APP_READY = "lantoa.jobs.queue.configure"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"lantoa": {"level": "INFO"}},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
