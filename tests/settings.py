"""The project's settings as the tests use them: no `.env` and no service needed.

Everything but the database is decided here, so that a developer's own environment
does not change what the tests see.
"""

import os
import tempfile

os.environ.setdefault("DATABASE_URL", "sqlite:///db.sqlite3")
os.environ.update(
    SECRET_KEY="only-the-tests-know-this-key-of-more-than-fifty-characters",
    DEBUG="false",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    CSRF_TRUSTED_ORIGINS="",
    ENCRYPTION_KEYS="b25seS10aGUtdGVzdHMta25vdy10aGlzLWtleS0zMmI=",
    MEDIA_ROOT=os.path.join(tempfile.gettempdir(), "consist-test-media"),
    S3_BUCKET="",
    CACHE_URL="locmemcache://",
    THROTTLE_USER="off",
    THROTTLE_ANON="off",
    LOG_LEVEL="INFO",
    SLOW_REQUEST_MILLISECONDS="999999",
    METRICS_TOKEN="",
    WEB_CONCURRENCY="1",
    HTTPS="false",
    TRUSTED_PROXIES="0",
    FLEET_STRICT_PERMISSIONS="false",
)

from config.settings import *  # noqa: F403 - the environment comes first

# A fast hash, because the tests make people by the hundred.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# What would wait for a worker is done at once.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
CACHES["shared"] = {  # noqa: F405 - of the project's settings
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "shared",
}

# Static files are served from where they lie, without a `collectstatic` before.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
