"""Django's settings. All state is below `KHUE_HOME`; everything else has one safe value.

Environment: `KHUE_HOME` (default `./var`), `KHUE_PACK` (default the pack of Việt Nam),
`KHUE_HOSTS` (comma-separated host names that may be served; default this machine only).
"""

import contextlib
import importlib.util
import os
import secrets
from pathlib import Path

KHUE_ROOT = Path(__file__).resolve().parents[2]
KHUE_HOME = Path(os.environ.get("KHUE_HOME", "var")).resolve()
KHUE_PACK = Path(os.environ.get("KHUE_PACK", KHUE_ROOT / "packs" / "vietnam")).resolve()
KHUE_DEMO = Path(os.environ.get("KHUE_DEMO", KHUE_ROOT / "packs" / "hanoi")).resolve()


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


def _font_folder(package: str) -> str:
    """The folder of font files of an installed package (found without importing it)."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"The font package {package} is missing. Run `make setup`.")
    return str(Path(spec.origin).parent / "files")


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = [
    host for host in os.environ.get("KHUE_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host
]

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "khue.registry",
    "khue.web.portal",
]

MIDDLEWARE = [
    # First, so that static files carry the headers too.
    "khue.web.security.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
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

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": KHUE_HOME / "khue.sqlite3",
        # Immediate transactions and a timeout of 20 s: writers queue instead of failing.
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            " PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATICFILES_DIRS = [
    ("fonts/be-vietnam-pro", _font_folder("fontpkg_be_vietnam_pro")),
    ("fonts/literata", _font_folder("fontpkg_literata")),
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # An address that does not exist is an answer, not an event.
    "loggers": {"django.request": {"level": "ERROR"}},
}
