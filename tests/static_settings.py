"""The settings as tools read them that look at the code only: they name a database that nobody opens."""

import os

os.environ["DATABASE_URL"] = "postgresql://nobody@localhost/nothing"
os.environ.setdefault("LANTOA_DEBUG", "1")

from lantoa.config.settings import *  # noqa: F403 the environment had to be set first
