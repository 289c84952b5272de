"""Settings; what an operator may change is read from the environment."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import django_stubs_ext
from django.templatetags.static import static
from whitenoise.compress import Compressor

from config.env import (
    IN_PROCESS_CACHE,
    POSTGRESQL,
    Environment,
    read_dotenv,
    read_environment,
)
from config.headers import PAGES
from config.logging import json_lines
from config.navigation import FAVICON, NAVIGATION

# Lets generic fields, managers and querysets name their types at run time.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

read_dotenv(BASE_DIR)
ENVIRONMENT = read_environment(BASE_DIR, os.environ)

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.csrf_trusted_origins
ENCRYPTION_KEYS = ENVIRONMENT.encryption_keys
FLEET_STRICT_PERMISSIONS = ENVIRONMENT.fleet_strict_permissions
WEB_CONCURRENCY = ENVIRONMENT.web_concurrency
THROTTLE_USER = ENVIRONMENT.throttle_user
THROTTLE_ANON = ENVIRONMENT.throttle_anon

INSTALLED_APPS = [
    "config.apps.ProjectConfig",
    "organisations",
    "assets",
    "licensing",
    "devices",
    # Must stand before django.contrib.admin, whose templates it replaces.
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.inlines",
    "unfold.contrib.import_export",
    "config.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "config.apps.ProgramsConfig",
    "config.apps.LoginsConfig",
    "import_export",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    # Outermost, so that every answer has a request id and a log line.
    "config.middleware.RequestLogMiddleware",
    # Outside of all that may refuse, so that refusals have the headers, too.
    "config.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.MalformedRequestMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.TrailingSlashMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # Last, as django-axes asks.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
BACK_OFFICE_PATH = "admin/"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# The largest body in memory, of a form or of the API; 413 beyond it.
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024


def database(environment: Environment) -> dict[str, Any]:
    """Add to the database of the environment how the project speaks to it."""
    if environment.database["ENGINE"] == POSTGRESQL:
        # Connections live on, so that statements prepared on them pay off.
        options: dict[str, Any] = {
            "server_side_binding": True,
            "prepare_threshold": 5,
            # Compiling a statement takes longer than any of ours runs; and starting
            # other processes for one takes longer than all but the largest counts.
            "options": "-c jit=off -c parallel_setup_cost=40000",
        }
        behaviour = {
            "ENGINE": "config.database",
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
        }
    else:
        # IMMEDIATE takes the write lock when the transaction starts: a transaction
        # that reads first and writes later would otherwise fail instead of wait.
        options = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        }
        behaviour = {}
    options |= environment.database.get("OPTIONS", {})
    return environment.database | behaviour | {"OPTIONS": options}


DATABASES = {"default": database(ENVIRONMENT)}


def shared_cache(environment: Environment) -> dict[str, Any]:
    """Return a cache that web processes and workers of one machine have in common."""
    if environment.cache["BACKEND"] != IN_PROCESS_CACHE:
        return environment.cache
    return {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": BASE_DIR / ".progress",
    }


CACHES = {"default": ENVIRONMENT.cache, "shared": shared_cache(ENVIRONMENT)}

# What takes longer than a request may: `manage.py run_worker` does it.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "organisations.User"
# Named because PersonalToken refers to the model, which django-oauth-toolkit lets
# projects swap; this one does not.
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "oauth2_provider.AccessToken"  # noqa: S105 - a model
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# Five failures of one person from one address close that pair for a quarter of an
# hour; neither half alone locks anybody else out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
# Attempts while the pair is closed neither prolong it nor fill the database.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "config.login.answer_closed"
AXES_USERNAME_CALLABLE = "config.login.attempted_name"
AXES_CLIENT_IP_CALLABLE = "config.api.throttling.client_address"
AXES_VERBOSE = False
# The back office has pages of its own for what is kept of logins.
AXES_ENABLE_ADMIN = False

OAUTH2_PROVIDER = {
    # Scopes narrow what the user of a token may do; the first three do not.
    "SCOPES": {
        "all": "Do everything the user may do",
        "all:standard": "The same",
        "admin": "The same",
        "read:assets": "Read assets",
        "edit:assets": "Read and change assets",
        "read:software": "Read software",
        "edit:software": "Read and change software",
        "read:softwarelicensing": "Read licences",
        "edit:softwarelicensing": "Read and change licences",
    },
    "DEFAULT_SCOPES": ["all"],
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3_600,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 30 * 86_400,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    # Tokens are found by their checksum; the text itself is never stored.
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}

REST_FRAMEWORK = {
    # The base views name theirs; without, nobody is let in.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["config.api.parsers.JsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["config.api.renderers.JsonRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "config.api.errors.fleet_exception_handler",
    "NUM_PROXIES": ENVIRONMENT.trusted_proxies,
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Consist: fleet API",
    "DESCRIPTION": "Rolling stock and other fleet assets of organisations.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    # Sessions are for the docs page, not for clients.
    "AUTHENTICATION_WHITELIST": [
        "organisations.api.authentication.TokenAuthentication"
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "FieldTypeEnum": "assets.models.field.FieldType",
        "ImportStateEnum": "organisations.models.import_run.ImportRun.State",
        "StateEnum": "assets.models.work_item.WorkItemState",
        "LogTypeEnum": "assets.models.log.LogType",
        "WorkItemTypeEnum": "assets.models.work_item.WorkItemType",
    },
    # The deploy check would read both forms of every path; CI validates the
    # documents that are served instead.
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
}

UNFOLD = {
    "SITE_TITLE": "Consist",
    "SITE_HEADER": "Consist",
    "SITE_SYMBOL": "train",
    "SITE_FAVICONS": [FAVICON],
    "STYLES": [
        lambda request: static("config/access.css"),
        lambda request: static("config/without_script.css"),
    ],
    "SCRIPTS": [lambda request: static("config/access.js")],
    "SHOW_VIEW_ON_SITE": False,
    "SIDEBAR": {"navigation": NAVIGATION},
    "DASHBOARD_CALLBACK": "config.start.page.start_page",
}

LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
MEDIA_URL = "/media/"
MEDIA_ROOT = ENVIRONMENT.media_root
FOLDER = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
BUCKET = {
    "BACKEND": "storages.backends.s3.S3Storage",
    "OPTIONS": {"bucket_name": ENVIRONMENT.s3_bucket, "file_overwrite": False},
}
STORAGES = {
    "default": BUCKET if ENVIRONMENT.s3_bucket else FOLDER,
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Pages of other hosts have no use for our scripts.
WHITENOISE_ALLOW_ALL_ORIGINS = False
# No browser asks for source maps but for who reads the program in it.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")

CONTENT_SECURITY_POLICY = {"DIRECTIVES": PAGES}
SECURE_SSL_REDIRECT = ENVIRONMENT.https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.https else 0
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = ENVIRONMENT.https
CSRF_COOKIE_SECURE = ENVIRONMENT.https
CSRF_FAILURE_VIEW = "config.handlers.csrf_failure"
if ENVIRONMENT.https:
    # Browsers take cookies of such names from this very host and over HTTPS only.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
if ENVIRONMENT.trusted_proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SILENCED_SYSTEM_CHECKS = [
    # Whether the other hosts of the domain speak HTTPS is not ours to promise.
    "security.W005",
    "security.W021",
]

# Who may read /metrics; nobody while it is empty.
METRICS_TOKEN = ENVIRONMENT.metrics_token
SLOW_REQUEST_MILLISECONDS = ENVIRONMENT.slow_request_milliseconds
LOGGING = json_lines(
    ENVIRONMENT.log_level,
    {
        # Django's own handlers would print each record a second time.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": False},
        # The request's line already says which answers were 4xx.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "CRITICAL"},
        # It prints the tokens that it issues.
        "oauthlib": {"level": "INFO"},
    },
)
