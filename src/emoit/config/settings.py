"""All settings, in one file, driven by the environment.

The launcher writes the environment for a newcomer; in service the unit files do. Nothing secret has a default:
a missing secret stops the process with a sentence that names the variable.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured

django_stubs_ext.monkeypatch()


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set; ./emoit sets it, or see docs/how-to/configure.md")
    return value


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes"}


def _database(url: str, **options: Any) -> dict[str, Any]:
    """A Django database entry from a postgresql:// URL."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        # A pooled connection is tried before it is lent: after a restart of the database nobody meets a dead one.
        "CONN_HEALTH_CHECKS": True,
    }


SOURCE = Path(__file__).resolve().parents[1]
ROOT = SOURCE.parents[1]
VAR = Path(os.environ.get("EMOIT_VAR", ROOT / "var"))

SECRET_KEY = _required("EMOIT_SECRET_KEY")
# Base64 keys of 32 bytes, newest first, separated by commas: personal fields are encrypted under the first.
EMOIT_PERSONAL_KEYS = _required("EMOIT_PERSONAL_KEYS").split(",")
DEBUG = _flag("EMOIT_DEBUG")
# Allows made-up accounts (load_demo).
EMOIT_DEMO = _flag("EMOIT_DEMO")
ALLOWED_HOSTS = os.environ.get("EMOIT_HOSTS", "127.0.0.1,localhost").split(",")
PUBLIC_URL = os.environ.get("EMOIT_PUBLIC_URL", "http://127.0.0.1:8000")
_HTTPS = PUBLIC_URL.startswith("https://")
# How many reverse proxies of ours stand in front: their word on who asks (X-Forwarded-For) is taken, no one else's.
EMOIT_PROXIES = int(os.environ.get("EMOIT_PROXIES", "0"))
# By this the front server shows that it is ours when it says which certificate a client has shown. None: not believed.
EMOIT_FRONT_SECRET = os.environ.get("EMOIT_FRONT_SECRET", "")
if 0 < len(EMOIT_FRONT_SECRET) < 32:
    raise ImproperlyConfigured("EMOIT_FRONT_SECRET has 32 characters or more; see docs/how-to/configure.md")

# `default` is the role that owns nothing and obeys row security; `owner` migrates and loads, never serves.
_POOL = {"min_size": 1, "max_size": int(os.environ.get("EMOIT_POOL", "8")), "timeout": 10}
DATABASE_APP_URL = _required("DATABASE_APP_URL")
# Statements are prepared from their fifth use on: under row security planning costs more than running them.
DATABASES = {
    "default": _database(DATABASE_APP_URL, pool=_POOL, server_side_binding=True, prepare_threshold=5),
    "owner": _database(_required("DATABASE_URL")),
}
DATABASE_ROUTERS = ["emoit.kernel.access.router.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# False where a database administrator makes the serving login (DATABASE_APP_URL names it).
EMOIT_MANAGES_APP_LOGIN = os.environ.get("EMOIT_MANAGES_APP_LOGIN", "1") == "1"

# The agency that this installation serves (code of Decision 20/2020/QD-TTg) and the dossier code's form of it.
EMOIT_AGENCY_CODE = os.environ.get("EMOIT_AGENCY_CODE", "G02")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "emoit.ui",
    "emoit.kernel",
    "emoit.files",
    "emoit.codes",
    "emoit.exchange",
    "emoit.webhooks",
    "emoit.people",
    "emoit.forms",
    "emoit.workflow",
    "emoit.procedures",
    "emoit.signing",
    "emoit.work",
    "emoit.printing",
    "emoit.results",
    "emoit.payments",
    "emoit.dossiers",
    "emoit.sharing",
    "emoit.portal",
    "emoit.desk",
    "emoit.api",
    "emoit.trial",
    "emoit.config",  # last: binds what the others left open
]
AUTH_USER_MODEL = "people.Account"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "emoit.config.entrance.Entrance",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "emoit.config.language.LanguageMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "emoit.portal.http.PrivatePages",
    # Innermost: opens the request's transaction and tells the database who acts.
    "emoit.config.wiring.ActorMiddleware",
]
ROOT_URLCONF = "emoit.config.urls"
WSGI_APPLICATION = "emoit.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "emoit.config.wiring.site_context",
            ],
        },
    },
]

# Texts are written in Vietnamese; each module keeps their English in its own locale/en, compiled by tools/messages.py.
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Content by SHA-256: quarantine/ and clean/ beneath it.
EMOIT_FILES = VAR / "files"
# ClamAV's daemon, host:port or unix:/path; empty: no virus scan. When set and silent, no file is accepted.
EMOIT_CLAMD = os.environ.get("EMOIT_CLAMD", "")

# Requests a minute that one API key may send, over all processes.
EMOIT_API_RATE = int(os.environ.get("EMOIT_API_RATE", "1200"))
# Refused calls of our services a minute that one address is answered with their reason; of token requests a quarter.
EMOIT_SHARING_REFUSED = max(4, int(os.environ.get("EMOIT_SHARING_REFUSED", "120")))

# Seconds within which a partner must have answered a message; three times as long a message is lent to one courier.
EMOIT_EXCHANGE_TIMEOUT = float(os.environ.get("EMOIT_EXCHANGE_TIMEOUT", "30"))

# Revocation of partners' certificates: seconds for one answer; networks (CIDR, commas) that may be asked though not
# public; days beyond the issuer's own word after which a certificate is shown as not checked.
EMOIT_REVOCATION_TIMEOUT = float(os.environ.get("EMOIT_REVOCATION_TIMEOUT", "20"))
EMOIT_REVOCATION_NETWORKS = os.environ.get("EMOIT_REVOCATION_NETWORKS", "127.0.0.0/8" if EMOIT_DEMO else "")
EMOIT_REVOCATION_DAYS = int(os.environ.get("EMOIT_REVOCATION_DAYS", "3"))

# How we may ask the registers of other authorities: codes and keys, see docs/how-to/look-up-a-person.md.
EMOIT_REGISTERS = Path(os.environ.get("EMOIT_REGISTERS", VAR / "keys/registers.json"))

# Seconds within which a receiver of webhooks must have answered; whether one may be this machine itself, by http too.
EMOIT_WEBHOOKS_TIMEOUT = float(os.environ.get("EMOIT_WEBHOOKS_TIMEOUT", "10"))
# Challenges an hour that one owner of webhooks may cause; to one host three times as many go.
EMOIT_WEBHOOKS_CHALLENGES = max(1, int(os.environ.get("EMOIT_WEBHOOKS_CHALLENGES", "30")))
EMOIT_WEBHOOKS_LOOPBACK = EMOIT_DEMO or _flag("EMOIT_WEBHOOKS_LOOPBACK")

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "full_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["emoit.people.backends.AccountBackend"]
# Logins are unique within an agency, and the backend looks within one.
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",
    "security.W008",  # the reverse proxy redirects to HTTPS
]
LOGIN_URL = "portal:sign-in"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_AGE = int(os.environ.get("EMOIT_SESSION_HOURS", "12")) * 3600
# Minutes without a request after which a session is over: of officers, and of everyone else.
EMOIT_SESSION_IDLE_OFFICER = int(os.environ.get("EMOIT_SESSION_IDLE_OFFICER", "30"))
EMOIT_SESSION_IDLE = int(os.environ.get("EMOIT_SESSION_IDLE", "60"))
# An authenticator for officers: "required" after the days of grace, or "offered" to those who want it.
EMOIT_OFFICER_TOTP = os.environ.get("EMOIT_OFFICER_TOTP", "offered" if EMOIT_DEMO else "required")
EMOIT_TOTP_GRACE_DAYS = int(os.environ.get("EMOIT_TOTP_GRACE_DAYS", "14"))
CSRF_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_HTTPONLY = True
# Behind a proxy that ends TLS the request itself looks like plain HTTP: forms come from the public address.
CSRF_TRUSTED_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(PUBLIC_URL))]
if EMOIT_PROXIES and _HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_FAILURE_VIEW = "emoit.portal.http.csrf_failed"
SECURE_SSL_REDIRECT = False  # the reverse proxy does it
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_HSTS_PRELOAD = _HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "frame-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Trust services (certificates, time stamps). In a newcomer's installation the sandbox of emoit_partners.
EMOIT_TRUST = VAR / "trust"
EMOIT_TRUST_URL = os.environ.get("EMOIT_TRUST_URL", "").rstrip("/")
EMOIT_TSA_URL = os.environ.get("EMOIT_TSA_URL", f"{EMOIT_TRUST_URL}/tsa" if EMOIT_TRUST_URL else "")
# Roots and intermediate certificates (PEM) that signatures are judged by.
EMOIT_CA = Path(os.environ.get("EMOIT_CA", EMOIT_TRUST / "ca.pem"))
# Signing keys kept in files are encrypted under the passphrase; keys on tokens are opened by the PIN.
EMOIT_KEYS = Path(os.environ.get("EMOIT_KEYS", VAR / "keys"))
EMOIT_KEY_PASSPHRASE = os.environ.get("EMOIT_KEY_PASSPHRASE", "")
EMOIT_PKCS11_PIN = os.environ.get("EMOIT_PKCS11_PIN", "")
EMOIT_ANCHORS = Path(os.environ.get("EMOIT_ANCHORS", VAR / "anchors"))

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
# More than one at a time, so that a long job does not hold up the sealer and the rescue.
PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": 4}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        name: {"level": "WARNING"}
        for name in (
            "procrastinate.blueprints",
            "procrastinate.jobs",
            "procrastinate.periodic",
            "spiff",
            "pyhanko",
            "pyhanko_certvalidator",
            "pikepdf",
        )
    },
    "root": {"handlers": ["stderr"], "level": os.environ.get("EMOIT_LOG", "INFO")},
}
