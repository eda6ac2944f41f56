"""The settings of the server without copies of pages, for the comparison in `portal`."""

from lantoa.config import settings as _served
from lantoa.config.settings import *  # noqa: F403 the server's own, whole

_CACHES: dict[str, object] = getattr(_served, "CACHES", {})
CACHES = {**_CACHES, "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
