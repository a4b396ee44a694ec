"""The WSGI entry point: granian --interface wsgi emoit.config.wsgi:application."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emoit.config.settings")
application = get_wsgi_application()

# What has been loaded by now stays for good, and a request makes thousands of short-lived objects: looking through all
# of them as often as Python does by itself cost a fifth of a submission's processor time.
gc.freeze()
gc.set_threshold(20_000, 20, 50)
