"""Settings of the tests: the product's own, on an environment that no machine's variables reach.

The harness (tests/database.py) gives the databases their real addresses once they exist. The keys are public: they
protect nothing but the tests.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ADMIN_URL_VARIABLE = "PASSNUM_TEST_ADMIN_URL"
# A server that nobody listens at: a test that was not given its database fails at once.
NOWHERE = "postgres://passnum_test@127.0.0.1:1/nowhere"

if ADMIN_URL_VARIABLE not in os.environ:  # the workers of pytest-xdist inherit it
    os.environ[ADMIN_URL_VARIABLE] = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL", "")
_scratch = tempfile.mkdtemp(prefix="passnum-tests-")
atexit.register(shutil.rmtree, _scratch, ignore_errors=True)

TEST_ENVIRONMENT = {
    "PASSNUM_ENV": "test",
    "PASSNUM_VAR": _scratch,
    "PASSNUM_PRIVATE_ROOT": f"{_scratch}/files",
    "PASSNUM_WEB_KEYS_FILE": str(HERE / "keys" / "web.json"),
    "PASSNUM_PRODUCTION_KEYS_FILE": str(HERE / "keys" / "production.json"),
    "DATABASE_URL": NOWHERE,
    "DATABASE_OWNER_URL": NOWHERE,
    "CONN_MAX_AGE": "0",
    "CELERY_BROKER_URL": "memory://",
    "CACHE_URL": "",
    "PASSNUM_WORKER_ALIVE_FILE": "",
    # One process: tests work in transactions that no other would see, and the suite has the cores already.
    "PASSNUM_PRODUCTION_PROCESSES": "1",
}
# What a developer's terminal may carry and a test must not see.
for _name in ("DJANGO_SECRET_KEY", "DJANGO_SECRET_KEY_FALLBACKS", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "PASS_HOST"):
    os.environ.pop(_name, None)
os.environ.update(TEST_ENVIRONMENT)

from passnum.settings import *  # noqa: E402, F403  (after the environment that it reads)

# Empty: tests read static files where they are written, and whitenoise warns of a folder that is not there.
STATIC_ROOT.mkdir()  # noqa: F405
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# A password is hashed for each person of each test: the strong function would take most of the suite's time.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
