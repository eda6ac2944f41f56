"""The settings of the server with the bare page."""

from lantoa.config.settings import *  # noqa: F403 the server's own, whole
from lantoa.config.settings import INSTALLED_APPS as _APPS

INSTALLED_APPS = [*_APPS, "benchmarks._bare_wagtail"]
ROOT_URLCONF = "benchmarks._bare_wagtail.urls"
