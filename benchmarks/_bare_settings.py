"""The settings of the server with other addresses, for the comparison in `rollcall_ingest`."""

from lantoa.config.settings import *  # noqa: F403 the server's own, whole

ROOT_URLCONF = "benchmarks._bare_urls"
