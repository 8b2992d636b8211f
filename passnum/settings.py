"""Settings, read from the environment; a trial writes them in `var/env`, a production sets them itself.

Two database aliases lead to one database: `default` connects with the role `app` (INSERT and SELECT only on the
register), `owner` with the role that migrates. Web processes hold the digest and public keys; only the production
worker is given the file of code and signing keys.
"""

import logging
import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# What the service writes on this machine when nothing else is said: files, cache, messages, collected static files.
VAR_DIR = Path(env.str("PASSNUM_VAR", default=str(BASE_DIR / "var")))
if "PASSNUM_ENV" not in env.ENVIRON and (VAR_DIR / "env").is_file():
    env.read_env(str(VAR_DIR / "env"))

ENVIRONMENT = env.str("PASSNUM_ENV", default="production")
if ENVIRONMENT not in {"production", "trial", "test"}:
    raise ImproperlyConfigured(f"PASSNUM_ENV vaut « {ENVIRONMENT} » : choisissez production, trial (essai) ou test.")
IS_PRODUCTION = ENVIRONMENT == "production"
IS_TRIAL = ENVIRONMENT == "trial"
DEBUG = False

# The smallest length Django's own deployment check accepts.
SECRET_MIN_LENGTH = 50
SECRET_MIN_DISTINCT = 10
PLACEHOLDERS = ("insecure", "change", "default", "secret-key", "exemple", "example")


def _secret(name: str) -> str:
    """Return a secret, refusing one that is missing, short or a placeholder outside of tests."""
    value = env.str(name, default="")
    if ENVIRONMENT == "test" and not value:
        return f"test-only-{name.lower()}-" + "0123456789abcdef" * 4
    if (
        len(value) < SECRET_MIN_LENGTH
        or len(set(value)) < SECRET_MIN_DISTINCT
        or any(w in value.lower() for w in PLACEHOLDERS)
    ):
        raise ImproperlyConfigured(
            f"{name} manque, est trop court ou n'a pas été changé : donnez au moins {SECRET_MIN_LENGTH} caractères "
            "tirés au hasard (par exemple : python -c 'import secrets; print(secrets.token_urlsafe(64))')."
        )
    return value


SECRET_KEY = _secret("DJANGO_SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("DJANGO_SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
if IS_PRODUCTION and ("*" in ALLOWED_HOSTS or not env.str("ALLOWED_HOSTS", default="")):
    raise ImproperlyConfigured("ALLOWED_HOSTS manque : donnez les noms d'hôte du service, sans « * ».")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# How many proxies of ours append to X-Forwarded-For (kit/throttle.py); the header proves nothing without them.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1 if IS_PRODUCTION else 0)

# --- what is printed on tickets, and where long-lived files stand
PASS_HOST = env.str("PASS_HOST", default="PASS.METROPOLE.EXAMPLE").upper()
PRIVATE_ROOT = Path(env.str("PASSNUM_PRIVATE_ROOT", default=str(VAR_DIR / "files")))
# Files of a large order are drawn by this many processes; the worker must not be one of a pool of daemons.
PRODUCTION_PROCESSES = env.int("PASSNUM_PRODUCTION_PROCESSES", default=len(os.sched_getaffinity(0)))
WEB_KEYS_FILE = env.str("PASSNUM_WEB_KEYS_FILE", default="")
PRODUCTION_KEYS_FILE = env.str("PASSNUM_PRODUCTION_KEYS_FILE", default="")
if IS_PRODUCTION and not WEB_KEYS_FILE:
    raise ImproperlyConfigured(
        "PASSNUM_WEB_KEYS_FILE manque : donnez le chemin du fichier des clés de contrôle (manage.py make_keys)."
    )

# --- applications, from the ground up
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "django_structlog",
    "csp",
    "ninja",
    "passnum.kit",
    "passnum.accounts",
    "passnum.territory",
    "vouchers",
    "mediation",
    "reporting",
    "passnum",
]
MIDDLEWARE = [
    "passnum.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "passnum.request_log.RequestMiddleware",
    "passnum.page_middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "passnum.page_middleware.AuthenticationMiddleware",
    "passnum.page_middleware.LoginRequiredMiddleware",
    "passnum.page_middleware.PostMiddleware",
    "passnum.page_middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "passnum.page_middleware.HtmxMiddleware",
    # before anything reads a body: the views of the middlewares above (CSRF's first) come after it
    "passnum.body_limit.BodyLimitMiddleware",
    "passnum.error_pages.DomainErrorMiddleware",
]
ROOT_URLCONF = "passnum.urls"
WSGI_APPLICATION = "passnum.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "passnum.nav.navigation",
            ],
        },
    }
]

FORM_RENDERER = "passnum.kit.form_renderer.FormRenderer"

# --- database: PostgreSQL everywhere, two roles
DATABASES = {
    "default": env.db("DATABASE_URL", default="postgres://passnum_app@127.0.0.1:5432/passnum"),
    # Only those who migrate are given it; elsewhere the alias leads nowhere more than the application's role.
    "owner": env.db(
        "DATABASE_OWNER_URL", default=env.str("DATABASE_URL", default="postgres://passnum_owner@127.0.0.1:5432/passnum")
    ),
}
for _alias in DATABASES.values():
    _alias["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
    _alias["CONN_HEALTH_CHECKS"] = True
    _alias.setdefault("OPTIONS", {})
if IS_PRODUCTION and not env.str("DATABASE_URL", default=""):
    raise ImproperlyConfigured("DATABASE_URL manque : donnez l'adresse de la base PostgreSQL du rôle applicatif.")
if (
    IS_PRODUCTION
    and env.str("DATABASE_OWNER_URL", default="")
    and (DATABASES["default"]["USER"] == DATABASES["owner"]["USER"])
):
    raise ImproperlyConfigured(
        "DATABASE_URL et DATABASE_OWNER_URL portent le même rôle : l'application pourrait modifier le registre. "
        "Donnez-lui un rôle à elle, qui ne possède rien (docs/exploitation.md)."
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

# --- queue
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
CELERY_BROKER_FOLDER = Path(env.str("CELERY_BROKER_FOLDER", default=str(VAR_DIR / "broker")))
# Touched by the worker while it lives; where it is given, /readyz looks at it (web and worker on one machine).
WORKER_ALIVE_FILE = env.str("PASSNUM_WORKER_ALIVE_FILE", default="")
# A cache shared by the web processes: Redis in production, files in a trial.
CACHE_URL = env.str("CACHE_URL", default="")
if CACHE_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}}
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(VAR_DIR / "cache"),
        }
    }

# --- people
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
# A cookie of its own, so that showing a form writes no session row (a GET never writes).
CSRF_USE_SESSIONS = False

# --- language and time: what people read is French, days are those of Paris, instants are stored in UTC
LANGUAGE_CODE = "fr"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(PRIVATE_ROOT)},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if ENVIRONMENT == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_PERMISSIONS = 0o600

# --- headers
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not "no-referrer": with it browsers post forms with "Origin: null", which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY: dict[str, list[str] | str] = {
    "camera": ["self"],
    "geolocation": [],
    "microphone": [],
    "payment": [],
    "usb": [],
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}
if IS_PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# --- logs: structured, on the standard error, without codes, names or e-mails (passnum/kit/logs.py)
# One line a request, at its end: it says what the line of its beginning would.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG

from passnum.kit.logs import LOGGING_CONFIG as _LOGGING  # noqa: E402  (needs nothing above, kept beside its use)

LOGGING = _LOGGING
