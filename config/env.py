"""The environment as the project reads it: typed, and refused in one sentence."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from environ import Env

TRUE = {"true", "yes", "on", "1"}
FALSE = {"false", "no", "off", "0"}
LOG_LEVELS = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}
SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
RATE = re.compile(r"([1-9]\d*)/(s|sec|m|min|h|hour|d|day)")
SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"
SHORTEST_TOKEN = 20
IN_PROCESS_CACHE = "django.core.cache.backends.locmem.LocMemCache"
REDIS_CACHE = "django.core.cache.backends.redis.RedisCache"
# No request waits longer than this for a cache that is away, in seconds.
PATIENCE = {"socket_connect_timeout": 1, "socket_timeout": 1}


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds."""

    requests: int
    seconds: int


@dataclass(frozen=True)
class Environment:
    """What the operator decides; README lists every variable."""

    database: dict[str, Any]
    secret_key: str
    debug: bool
    allowed_hosts: list[str]
    csrf_trusted_origins: list[str]
    encryption_keys: list[str]
    media_root: Path
    s3_bucket: str
    cache: dict[str, Any]
    throttle_user: Rate | None
    throttle_anon: Rate | None
    log_level: str
    slow_request_milliseconds: int
    metrics_token: str
    web_concurrency: int
    https: bool
    trusted_proxies: int
    fleet_strict_permissions: bool


def refuse(name: str, expectation: str) -> NoReturn:
    """Stop the start with one sentence; values stay unsaid, they may be secrets."""
    raise ImproperlyConfigured(f"{name} must be {expectation}.")


class Variables:
    """Reads single variables of an environment; a blank one counts as absent."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables

    def text(self, name: str, default: str = "") -> str:
        """Return the value without blanks around it."""
        return self.variables.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a yes or no."""
        value = self.text(name, str(default)).lower()
        if value not in TRUE | FALSE:
            refuse(name, "true or false")
        return value in TRUE

    def number(self, name: str, *, default: int, minimum: int) -> int:
        """Return a whole number that is not below the minimum."""
        value = self.text(name, str(default))
        if not re.fullmatch(r"[0-9]{1,6}", value) or int(value) < minimum:
            refuse(name, f"a whole number from {minimum} to 999999")
        return int(value)

    def names(self, name: str, default: str = "") -> list[str]:
        """Return the parts of a comma list."""
        parts = (part.strip() for part in self.text(name, default).split(","))
        return [part for part in parts if part]

    def rate(self, name: str, default: str) -> Rate | None:
        """Return a rate such as `1000/min`, or None for `off`."""
        value = self.text(name, default).lower()
        if value == "off":
            return None
        match = RATE.fullmatch(value)
        if match is None:
            refuse(name, "a rate such as 1000/min, or off")
        return Rate(int(match[1]), SECONDS[match[2][0]])


def read_dotenv(folder: Path) -> None:
    """Add the variables of the `.env` file of the folder to those of the process."""
    try:
        Env.read_env(folder / ".env")
    except UnicodeDecodeError:
        refuse(str(folder / ".env"), "a text file in UTF-8")


def write_dotenv(folder: Path) -> bool:
    """Write a `.env` for a first look, unless there is one; tell if it was made."""
    path = folder / ".env"
    if path.exists():
        return False
    lines = (
        "# Written once by `manage.py quickstart`; README lists every variable.",
        f"SECRET_KEY={secrets.token_urlsafe(50)}",
        f"ENCRYPTION_KEYS={Fernet.generate_key().decode()}",
        "ALLOWED_HOSTS=localhost,127.0.0.1",
        "HTTPS=false",
    )
    try:
        _write_once(path, "\n".join(lines))
    except OSError as error:
        reason = error.strerror
        raise ImproperlyConfigured(f"{path} cannot be written: {reason}.") from error
    return True


def read_environment(folder: Path, environ: Mapping[str, str]) -> Environment:
    """Read every variable, or raise ImproperlyConfigured with one sentence.

    Relative paths are meant from the folder, which is the one of manage.py.
    """
    variables = Variables(environ)
    debug = variables.flag("DEBUG", default=False)
    database = _database(variables, folder)
    environment = Environment(
        database=database,
        secret_key=_secret_key(
            variables, folder, may_generate=debug or database["ENGINE"] == SQLITE
        ),
        debug=debug,
        allowed_hosts=_allowed_hosts(variables),
        csrf_trusted_origins=_origins(variables),
        encryption_keys=_encryption_keys(variables),
        media_root=folder / variables.text("MEDIA_ROOT", "media"),
        s3_bucket=_s3_bucket(variables),
        cache=_cache(variables),
        throttle_user=variables.rate("THROTTLE_USER", "1000/min"),
        throttle_anon=variables.rate("THROTTLE_ANON", "3000/min"),
        log_level=_log_level(variables),
        slow_request_milliseconds=variables.number(
            "SLOW_REQUEST_MILLISECONDS", default=1_000, minimum=1
        ),
        metrics_token=_metrics_token(variables),
        web_concurrency=variables.number("WEB_CONCURRENCY", default=1, minimum=1),
        https=variables.flag("HTTPS", default=True),
        trusted_proxies=variables.number("TRUSTED_PROXIES", default=0, minimum=0),
        fleet_strict_permissions=variables.flag(
            "FLEET_STRICT_PERMISSIONS", default=False
        ),
    )
    refuse_unshared_cache(environment.cache, environment.web_concurrency)
    return environment


def refuse_unshared_cache(cache: Mapping[str, Any], processes: int) -> None:
    """Refuse several web processes that would each count requests on their own."""
    if processes > 1 and cache["BACKEND"] == IN_PROCESS_CACHE:
        refuse(
            "CACHE_URL",
            "a cache that all web processes share, such as"
            " redis://127.0.0.1:6379/0, when WEB_CONCURRENCY is more than 1",
        )


def _database(variables: Variables, folder: Path) -> dict[str, Any]:
    expectation = "a URL such as sqlite:///db.sqlite3 or postgres://user@host:5432/name"
    url = variables.text("DATABASE_URL", "sqlite:///db.sqlite3")
    if url.partition(":")[0] not in {"sqlite", *Env.POSTGRES_FAMILY[:4]}:
        refuse("DATABASE_URL", expectation)
    try:
        database: dict[str, Any] = Env.db_url_config(url)
    except ValueError:
        refuse("DATABASE_URL", expectation)
    if not database["NAME"]:
        refuse("DATABASE_URL", expectation)
    if database["ENGINE"] == SQLITE and database["NAME"] != ":memory:":
        database["NAME"] = str(folder / database["NAME"])
    return database


def _cache(variables: Variables) -> dict[str, Any]:
    expectation = "locmemcache:// or a URL such as redis://127.0.0.1:6379/0"
    try:
        cache: dict[str, Any] = Env.cache_url_config(
            variables.text("CACHE_URL", "locmemcache://")
        )
    except (ImproperlyConfigured, ValueError):
        refuse("CACHE_URL", expectation)
    if cache["BACKEND"] == IN_PROCESS_CACHE:
        # Room for the counts of every address and token of a busy hour.
        return {**cache, "OPTIONS": {"MAX_ENTRIES": 100_000}}
    if cache["BACKEND"] != REDIS_CACHE:
        refuse("CACHE_URL", expectation)
    options = {**PATIENCE, **cache.get("OPTIONS", {})}
    return {**cache, "BACKEND": "config.cache.ForgivingCache", "OPTIONS": options}


def _secret_key(variables: Variables, folder: Path, *, may_generate: bool) -> str:
    given = variables.text("SECRET_KEY")
    if given:
        return given
    if not may_generate:
        refuse("SECRET_KEY", "set to a long random text, of 50 characters or more")
    path = folder / ".secret_key"
    try:
        if not path.exists():
            _write_once(path, get_random_secret_key())
        return path.read_text(encoding="ascii").strip()
    except OSError:
        refuse("SECRET_KEY", f"set, because {path} can be neither written nor read")


def _write_once(path: Path, text: str) -> None:
    """Write a private file whole; the first of several processes wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(f"{text}\n", encoding="ascii")
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _allowed_hosts(variables: Variables) -> list[str]:
    hosts = variables.names("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
    if any("/" in host for host in hosts):
        refuse("ALLOWED_HOSTS", "a comma list of host names, without http://")
    return hosts


def _origins(variables: Variables) -> list[str]:
    origins = variables.names("CSRF_TRUSTED_ORIGINS")
    if not all(re.match(r"https?://[^/]", origin) for origin in origins):
        refuse("CSRF_TRUSTED_ORIGINS", "a comma list of origins such as https://host")
    return origins


def _encryption_keys(variables: Variables) -> list[str]:
    keys = variables.names("ENCRYPTION_KEYS")
    try:
        for key in keys:
            Fernet(key)
    except ValueError:
        refuse("ENCRYPTION_KEYS", "a comma list of Fernet keys, the newest first")
    return keys


def _s3_bucket(variables: Variables) -> str:
    bucket = variables.text("S3_BUCKET")
    if bucket and find_spec("storages") is None:
        refuse("S3_BUCKET", "empty where the project is installed without consist[s3]")
    return bucket


def _metrics_token(variables: Variables) -> str:
    token = variables.text("METRICS_TOKEN")
    if token and len(token) < SHORTEST_TOKEN:
        refuse("METRICS_TOKEN", f"a random text of {SHORTEST_TOKEN} characters or more")
    return token


def _log_level(variables: Variables) -> str:
    level = variables.text("LOG_LEVEL", "INFO").upper()
    if level not in LOG_LEVELS:
        refuse("LOG_LEVEL", "one of DEBUG, INFO, WARNING, ERROR, CRITICAL")
    return level
