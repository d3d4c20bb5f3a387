"""Django's settings. All state is below `KHUE_HOME`; everything else has one safe value.

Environment: `KHUE_HOME` (default `./var`), `KHUE_PACK` (default the pack of Việt Nam),
`KHUE_CITY` (the folder of the city, in which `portal.yaml` says whose portal this is; default that
of the demonstration where its data are in the registry, else none),
`KHUE_SITE` (the address under which people reach the portal, `https://host[:port]`; default the one
that each request names), `KHUE_HOSTS` (comma-separated host names that may be served besides;
default this machine only),
`KHUE_DATABASE` (the address of a PostgreSQL database; default a file in `KHUE_HOME`),
`KHUE_BASEMAP` (what maps are drawn on: the address of a MapLibre style, or of raster tiles with
`{z}`, `{x}` and `{y}`, and after spaces other hosts that it needs; default outlines that Khuê
carries) and `KHUE_BASEMAP_CREDIT` (whose it is, as its terms ask), `KHUE_PROXIES` (comma-separated
addresses of proxies whose `X-Forwarded-For` is believed; default none).
"""

import contextlib
import os
import re
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from khue.model.errors import WrongUse

KHUE_HOME = Path(os.environ.get("KHUE_HOME", "var")).resolve()
# A link to `packs/` in a checkout; the packs themselves in what was installed from a wheel.
PACKS = Path(__file__).parent / "packs"
KHUE_PACK = Path(os.environ.get("KHUE_PACK", PACKS / "vietnam")).resolve()
KHUE_DEMO = Path(os.environ.get("KHUE_DEMO", PACKS / "hanoi")).resolve()
# None is decided by what the registry holds, see `khue.web.portal.city`.
KHUE_CITY = Path(os.environ["KHUE_CITY"]).resolve() if os.environ.get("KHUE_CITY") else None


def _secret_key() -> str:
    """The signing key of this installation, made once and kept beside its data."""
    path = KHUE_HOME / "secret-key"
    if not path.exists():
        # Staff's fields and the key are in here: nobody else on the machine may look.
        KHUE_HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        # Linking is all or nothing: whoever comes second uses the key of the first.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(part)
        part.unlink()
    return path.read_text()


def _database(address: str) -> dict[str, Any]:
    """The database of this installation; the SQLite file in the home unless there is an address."""
    return _postgresql(address) if address else _sqlite("khue.sqlite3")


def _sqlite(name: str) -> dict[str, Any]:
    """A database in a file of the home."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": KHUE_HOME / name,
        # The server keeps its connections between requests: opening the file, with what is said
        # below, takes longer than most questions. Who closes the last one also tidies the journal.
        "CONN_MAX_AGE": 60,
        # Immediate transactions and a timeout of 20 s: writers queue instead of failing.
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            # Large pages: a document seldom spills into others. (Takes effect in new files.)
            "init_command": "PRAGMA page_size=16384; PRAGMA journal_mode=WAL;"
            " PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
            " PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;",
        },
    }


KEEPALIVE = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
"""The server gives a machine that has vanished up after a minute, not after two hours: it may have
held the lock of the ledger. (Seconds, seconds, tries; set for the session.)"""


def _postgresql(address: str) -> dict[str, Any]:
    """The database at `postgresql://[user[:password]@]host[:port]/name[?option=value]`.

    The grammar and the options are libpq's (manual of PostgreSQL, *Connection URIs*). Raises
    `WrongUse` for anything else.
    """
    parts = _parse_address(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        # The server keeps its connections between requests; one that has died is replaced.
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 10, "application_name": "khue", "options": KEEPALIVE}
        | parts,
    }


def _parse_address(address: str) -> dict[str, Any]:
    """The parts by libpq's names. Errors quote nothing of the address: it may hold a password."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = conninfo_to_dict(address)
    except ProgrammingError:
        parts = {}
    # libpq takes what follows a bare @ or / in a password for the host, the port or the name.
    name, places = str(parts.get("dbname", "")), str(parts.get("host", ""))
    ports = str(parts.get("port", "")).replace(",", "")
    split = "@" in name + places or "/" in name or not (ports.isdecimal() or not ports)
    if not address.startswith("postgresql://") or not name or split:
        raise WrongUse(
            "KHUE_DATABASE không phải là địa chỉ của một cơ sở dữ liệu PostgreSQL.",
            "KHUE_DATABASE is not the address of a PostgreSQL database.",
            mend_vi="Ghi postgresql://người-dùng@máy:cổng/tên. Trong mật khẩu, ký tự đặc biệt"
            " ghi dạng %XX (@ là %40, / là %2F); hoặc để mật khẩu trong tệp ~/.pgpass.",
            mend_en="Write postgresql://user@host:port/name. In a password write special"
            " characters as %XX (@ is %40, / is %2F); or keep the password in ~/.pgpass.",
        )
    return parts


def _site(address: str) -> str:
    """The origin that people see: scheme, host, and the port unless it is the scheme's own, as
    browsers send it (RFC 6454, 6.1). Raises `WrongUse` for anything else than such an address."""
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    bare = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in ("http", "https") or not bare or not SITE_HOST.fullmatch(host):
        raise WrongUse(
            "KHUE_SITE không phải là địa chỉ của một trang.",
            "KHUE_SITE is not the address of a site.",
            mend_vi="Ghi https://tên-máy hoặc https://tên-máy:cổng, không có gì sau đó.",
            mend_en="Write https://host or https://host:port, with nothing after it.",
        )
    host = f"[{host}]" if ":" in host else host
    usual = port is None or port == {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" if usual else f"{parts.scheme}://{host}:{port}"


SITE_HOST = re.compile(r"[a-z0-9.-]+|[0-9a-f:.]+")
"""A host name as it goes over the wire (in ASCII), or an address."""

SECRET_KEY = _secret_key()
DEBUG = False
KHUE_SITE = _site(os.environ.get("KHUE_SITE", "").strip())
ALLOWED_HOSTS = [
    host for host in os.environ.get("KHUE_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host
]
if KHUE_SITE:
    ALLOWED_HOSTS.append(re.sub(r"^https?://|:[0-9]+$", "", KHUE_SITE))

PLAIN_APPS = [
    "django.contrib.staticfiles",
    "khue.registry",
    "khue.measures",
    "khue.web.portal",
]
# Loading the others takes 0.2 s, a fifth of a short command, and most commands do without.
INSTALLED_APPS = [
    *PLAIN_APPS,
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "axes",
    "django_tasks_db",
    "khue.accounts",
    "khue.tasks",
]

KHUE_PROXIES = [one.strip() for one in os.environ.get("KHUE_PROXIES", "").split(",") if one.strip()]

# The forms of the portal are the only thing that anyone may send without an account. Nothing is
# set in a browser before a form is opened; the cookie says nothing of who that is, goes with the
# browser, and is sent with no request that another site makes.
CSRF_COOKIE_NAME = "khue-form"
CSRF_COOKIE_AGE = None
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = KHUE_SITE.startswith("https://")
CSRF_FAILURE_VIEW = "khue.web.portal.errors.form_refused"
# Behind a proxy the origin of a form is https, and what arrives here is not.
CSRF_TRUSTED_ORIGINS = [
    f"https://*{host}" if host.startswith(".") else f"https://{host}" for host in ALLOWED_HOSTS
]
if KHUE_SITE:
    CSRF_TRUSTED_ORIGINS.append(KHUE_SITE)
DATA_UPLOAD_MAX_MEMORY_SIZE = 100_000  # bytes: ten times the longest honest form
# Of what addresses ask as well as of forms, which have a closer limit of their own.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000

MIDDLEWARE = [
    # First, so that static files carry the headers too.
    "khue.web.security.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "khue.web.compression.CompressionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
]

ROOT_URLCONF = "khue.web.urls"
WSGI_APPLICATION = "khue.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

DATABASES = {"default": _database(os.environ.get("KHUE_DATABASE", "").strip())}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    # What may be lost, and must not wait for an import. PostgreSQL keeps it with the rest.
    DATABASES["tasks"] = _sqlite("tasks.sqlite3")
DATABASE_ROUTERS = ["khue.tasks.router.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Each home has a queue of its own, see `khue.tasks.queue`; an empty list allows any.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

AUTHENTICATION_BACKENDS = [
    # First, so that who is locked out is not even asked.
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {},
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
# Five failures of one name from one address lock it out for a quarter of an hour. What is logged
# is decided in `khue.accounts.signins`.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_USERNAME_CALLABLE = "khue.accounts.signins.name_to_log"
AXES_VERBOSE = False

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

KHUE_BASEMAP = os.environ.get("KHUE_BASEMAP", "").strip()
KHUE_BASEMAP_CREDIT = os.environ.get("KHUE_BASEMAP_CREDIT", "").strip()

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# What the build of the front end names by its content may be kept for ever.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/portal/built/.+\.[\w-]{8}\.\w+$"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # An address that does not exist is an answer, not an event.
    # The supervisor says what becomes of the worker.
    # So is a form that is refused.
    "loggers": {
        name: {"level": "ERROR"}
        for name in ("django.request", "django.security.csrf", "django_tasks_db")
    },
}
