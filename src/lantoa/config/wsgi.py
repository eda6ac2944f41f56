"""The WSGI application that granian serves, and what its process does beside serving."""

import os

from django.core.wsgi import get_wsgi_application

from lantoa.config.parents import stop_with

# A server process that its watcher no longer watches would keep the port from the next one.
stop_with(os.getppid())

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
application = get_wsgi_application()

from lantoa.visits.buffer import BUFFER  # noqa: E402 its models need the apps to be ready

BUFFER.keep_writing()
