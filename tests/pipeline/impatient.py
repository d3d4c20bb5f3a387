"""Settings for processes of tests that must not wait 20 s until they find a database locked."""

from khue.settings import *  # noqa: F403
from khue.settings import DATABASES

DATABASES["tasks"] = DATABASES["tasks"] | {
    "OPTIONS": DATABASES["tasks"]["OPTIONS"] | {"timeout": 0.2}
}
