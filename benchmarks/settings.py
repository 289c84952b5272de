"""The project's settings for measuring: PostgreSQL, limits no run reaches, no log.

BENCH_DATABASE_URL names the server; the database that is measured is one of our own,
`test_` before the name, made at the start and dropped at the end.
"""

import os
import warnings

from django.core.management.utils import get_random_secret_key

os.environ.update(
    DATABASE_URL=os.environ.get(
        "BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/consist_bench"
    ),
    SECRET_KEY=get_random_secret_key(),
    DEBUG="false",
    ALLOWED_HOSTS="localhost",
    CACHE_URL="locmemcache://",
    # Counted as in production, but never refused.
    THROTTLE_USER="1000000000/min",
    THROTTLE_ANON="1000000000/min",
    LOG_LEVEL="INFO",
    WEB_CONCURRENCY="1",
    HTTPS="false",
    TRUSTED_PROXIES="0",
)

from config.settings import *  # noqa: F403 - the environment comes first
from config.settings import INSTALLED_APPS, LOGGING

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks"]

# Static files are not asked for, so none were collected.
warnings.filterwarnings("ignore", "No directory at")

# Lines are written as in production, but to nowhere.
LOGGING = LOGGING | {
    "handlers": {
        "stderr": {
            "class": "logging.FileHandler",
            "filename": os.devnull,
            "formatter": "json",
        }
    }
}
