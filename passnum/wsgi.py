"""WSGI entry point: synchronous workers, persistent connections (docs/exploitation.md)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passnum.settings")
application = get_wsgi_application()
