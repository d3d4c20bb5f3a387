"""The WSGI entry, served by granian (`khue serve`)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khue.settings")

application = get_wsgi_application()
