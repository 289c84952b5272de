import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from config.env import Rate, read_dotenv, read_environment

KEY = "b25seS10aGUtdGVzdHMta25vdy10aGlzLWtleS0zMmI="
ROOT = Path(__file__).resolve().parents[2]


def test_it_needs_nothing_set(tmp_path: Path) -> None:
    environment = read_environment(tmp_path, {})

    assert environment.database["ENGINE"] == "django.db.backends.sqlite3"
    assert environment.database["NAME"] == str(tmp_path / "db.sqlite3")
    assert environment.debug is False
    assert environment.https is True
    assert environment.allowed_hosts == ["localhost", "127.0.0.1", "[::1]"]
    assert environment.media_root == tmp_path / "media"
    assert environment.throttle_user == Rate(requests=1_000, seconds=60)
    assert environment.web_concurrency == 1


def test_it_reads_what_is_set(tmp_path: Path) -> None:
    environment = read_environment(
        tmp_path,
        {
            "DATABASE_URL": "postgres://consist:secret@db:5433/register?sslmode=require",
            "SECRET_KEY": "of this process",
            "DEBUG": "Yes",
            "ALLOWED_HOSTS": "register.example, .depot.example",
            "CSRF_TRUSTED_ORIGINS": "https://register.example",
            "ENCRYPTION_KEYS": KEY,
            "MEDIA_ROOT": "/srv/media",
            "CACHE_URL": "redis://cache:6379/1",
            "THROTTLE_USER": "off",
            "THROTTLE_ANON": "5/hour",
            "LOG_LEVEL": "warning",
            "SLOW_REQUEST_MILLISECONDS": "250",
            "METRICS_TOKEN": "a-token-of-twenty-letters",
            "WEB_CONCURRENCY": "4",
            "HTTPS": "off",
            "TRUSTED_PROXIES": "2",
            "FLEET_STRICT_PERMISSIONS": "1",
        },
    )

    assert environment.database == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "register",
        "USER": "consist",
        "PASSWORD": "secret",
        "HOST": "db",
        "PORT": 5433,
        "OPTIONS": {"sslmode": "require"},
    }
    assert environment.secret_key == "of this process"
    assert environment.debug is True
    assert environment.allowed_hosts == ["register.example", ".depot.example"]
    assert environment.csrf_trusted_origins == ["https://register.example"]
    assert environment.encryption_keys == [KEY]
    assert environment.media_root == Path("/srv/media")
    assert environment.cache["LOCATION"] == "redis://cache:6379/1"
    assert environment.throttle_user is None
    assert environment.throttle_anon == Rate(requests=5, seconds=3_600)
    assert environment.log_level == "WARNING"
    assert environment.slow_request_milliseconds == 250
    assert environment.metrics_token == "a-token-of-twenty-letters"
    assert environment.web_concurrency == 4
    assert environment.https is False
    assert environment.trusted_proxies == 2
    assert environment.fleet_strict_permissions is True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://user@host/name"),
        ("DATABASE_URL", "db.sqlite3"),
        ("DATABASE_URL", "postgres://host:port/name"),
        ("DATABASE_URL", "postgres://host"),
        ("DEBUG", "maybe"),
        ("HTTPS", "2"),
        ("ALLOWED_HOSTS", "https://register.example"),
        ("CSRF_TRUSTED_ORIGINS", "register.example"),
        ("ENCRYPTION_KEYS", "short"),
        ("CACHE_URL", "nowhere"),
        ("CACHE_URL", "memcache://127.0.0.1:11211"),
        ("THROTTLE_USER", "many"),
        ("THROTTLE_USER", "0/min"),
        ("THROTTLE_ANON", "10/fortnight"),
        ("LOG_LEVEL", "loud"),
        ("METRICS_TOKEN", "short"),
        ("SLOW_REQUEST_MILLISECONDS", "0"),
        ("WEB_CONCURRENCY", "0"),
        ("WEB_CONCURRENCY", "many"),
        ("TRUSTED_PROXIES", "-1"),
    ],
)
def test_it_refuses_a_wrong_value_in_one_sentence(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=rf"^{name} must be [^\n]+\.$"):
        read_environment(tmp_path, {name: value})


def test_it_keeps_files_in_a_bucket_where_it_knows_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for found, bucket in ((None, ""), (object(), "files")):
        monkeypatch.setattr(env, "find_spec", lambda name, found=found: found)
        environment = read_environment(tmp_path, {"S3_BUCKET": bucket})
        assert environment.s3_bucket == bucket
    monkeypatch.setattr(env, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"^S3_BUCKET must be empty where"):
        read_environment(tmp_path, {"S3_BUCKET": "files"})


def test_it_refuses_many_processes_that_share_no_cache(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^CACHE_URL must be a cache that"):
        read_environment(tmp_path, {"WEB_CONCURRENCY": "2"})


def test_it_generates_a_secret_key_once_and_keeps_it_private(tmp_path: Path) -> None:
    first = read_environment(tmp_path, {}).secret_key
    second = read_environment(tmp_path, {}).secret_key

    assert first == second
    assert len(first) == 50
    assert [path.name for path in tmp_path.iterdir()] == [".secret_key"]
    assert (tmp_path / ".secret_key").stat().st_mode & 0o777 == 0o600


def test_it_demands_a_secret_key_beside_postgresql(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^SECRET_KEY must be set"):
        read_environment(tmp_path, {"DATABASE_URL": "postgres://db/register"})


def test_it_reads_the_file_but_prefers_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("CONSIST_ONE=file\nCONSIST_TWO=file\n")
    monkeypatch.setenv("CONSIST_ONE", "process")
    monkeypatch.setenv("CONSIST_TWO", "")
    monkeypatch.delenv("CONSIST_TWO")

    read_dotenv(tmp_path)

    assert os.environ["CONSIST_ONE"] == "process"
    assert os.environ["CONSIST_TWO"] == "file"


def test_it_refuses_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SECRET_KEY=\xff\xfe")

    with pytest.raises(ImproperlyConfigured, match=r"must be a text file in UTF-8\.$"):
        read_dotenv(tmp_path)


@pytest.mark.parametrize(
    "arguments",
    [["manage.py", "check"], ["manage.py", "runserver"], ["-c", "import config.wsgi"]],
)
def test_it_stops_the_start_without_a_traceback(arguments: list[str]) -> None:
    result = subprocess.run(  # noqa: S603 - our own arguments
        [sys.executable, *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "THROTTLE_USER": "many",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 1
    assert result.stderr == ("THROTTLE_USER must be a rate such as 1000/min, or off.\n")
