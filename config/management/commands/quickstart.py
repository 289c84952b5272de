"""From a fresh clone to a register that can be looked at."""

import os
import shlex
import socket
import subprocess
import sys
from argparse import ArgumentTypeError
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError, transaction
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.urls import reverse

from config.demo.loading import DemoRefused, load_demo
from config.management.command import SentenceCommand
from organisations.models import Organisation, User
from organisations.services.tokens import create_token
from organisations.services.users import create_user, generate_password

HOST = "127.0.0.1"
USERNAME = "admin"
WORKER = "quickstart"


@dataclass(frozen=True)
class Ready:
    """Who may come in, and where to; secrets are known in the first run only."""

    administrator: User
    organisation: Organisation | None
    password: str = ""
    token: str = ""


class Command(SentenceCommand):
    """Migrates, makes an administrator, loads the demo, serves; safe to run again."""

    help = "Make everything ready for a first look, and serve it on this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare where to serve and what to leave out."""
        parser.add_argument("--port", type=_port, default=8000)
        parser.add_argument(
            "--no-demo", action="store_true", help="load no demo organisation"
        )
        parser.add_argument(
            "--no-serve", action="store_true", help="make ready, then stop"
        )

    def handle(self, *args: object, **options: Any) -> None:
        """Do each step that has not been done before."""
        port: int = options["port"]
        if not options["no_serve"]:
            _refuse_what_prevents_serving(port)
        self.stdout.write("Preparing the database ...")
        _migrate()
        self.stdout.write("Collecting static files ...")
        _collect_static_files()
        self._tell(self._make_ready(with_demo=not options["no_demo"]), port)
        if not options["no_serve"]:
            self.stdout.write("\nServing; Ctrl-C stops it.")
            self.stdout.flush()
            _serve(port)

    @transaction.atomic
    def _make_ready(self, *, with_demo: bool) -> Ready:
        """Make the administrator and the demo, or nothing if the run is cut short."""
        known = User.objects.filter(is_superuser=True, is_active=True)
        administrator = known.order_by("pk").first()
        password = token = ""
        if administrator is None:
            password = generate_password()
            administrator = create_user(
                username=USERNAME, password=password, is_superuser=True
            )
            token = create_token(user=administrator, name="Quickstart").text
        if with_demo and not Organisation.objects.exists():
            self.stdout.write("Loading the demo ...")
            try:
                load_demo(administrator, lambda line: self.stdout.write(f"  {line}"))
            except DemoRefused as error:
                raise CommandError(str(error)) from error
        organisation = Organisation.objects.visible_to(administrator).first()
        return Ready(administrator, organisation, password, token)

    def _tell(self, ready: Ready, port: int) -> None:
        """Say where to look and how to get in."""
        address = f"http://{HOST}:{port}"
        username = ready.administrator.username
        lines = ["", "Consist is ready.", ""]
        lines.append(f"  Back office  {address}{reverse('admin:index')}")
        lines.append(f"  User name    {username}")
        if ready.password:
            lines.append(f"  Password     {ready.password}")
        lines.append(f"  API docs     {address}{reverse('docs')}")
        lines.append(f"  API          {address}{_example_path(ready)}")
        if ready.token:
            lines.append(f"  Token        {ready.token}")
        lines += ["", *_what_next(ready, f"{address}{_example_path(ready)}")]
        self.stdout.write("\n".join(lines))


def _example_path(ready: Ready) -> str:
    if ready.organisation is None:
        return "/api/users/@me"
    return reverse("assets", args=[ready.organisation.pk])


def _what_next(ready: Ready, address: str) -> list[str]:
    """Return what can be done now, as lines to copy."""
    username = shlex.quote(ready.administrator.username)
    lines = []
    if ready.token:
        lines += ["Password and token are not shown again; write them down."]
    else:
        lines += [
            "Password and token were shown in the first run. New ones:",
            f"  {_manage('changepassword', username)}",
            f"  {_manage('create_token', username)}",
        ]
    token = ready.token or "TOKEN"
    lines += [
        "Read through the API:",
        f"  curl -H 'Authorization: Bearer {token}' {address}",
    ]
    if ready.organisation:
        name = shlex.quote(ready.organisation.name)
        lines += [
            "Load a file of your own; --dry-run says first what would happen:",
            f"  {_manage('import_data', 'FILE')} --organisation {name}"
            " --create-missing all --dry-run",
        ]
    return lines


def _manage(*words: str) -> str:
    """Return a command of manage.py as it is typed in the project's folder."""
    python = Path(sys.executable)
    if python.is_relative_to(settings.BASE_DIR):
        python = python.relative_to(settings.BASE_DIR)
    return " ".join([shlex.quote(str(python)), "manage.py", *words])


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65_535:
        raise ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


def _refuse_what_prevents_serving(port: int) -> None:
    """Stop before anything is done when the address could not be opened."""
    if settings.SECURE_SSL_REDIRECT or HOST not in settings.ALLOWED_HOSTS:
        raise CommandError(
            f"quickstart serves plain HTTP on {HOST}: the environment or .env must say"
            f" HTTPS=false and have {HOST} in ALLOWED_HOSTS, or add --no-serve."
        )
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}); choose another with"
                f' --port, as in: make run ARGS="--port {port % 65_535 + 1}".'
            ) from error


def _migrate() -> None:
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except (DatabaseError, InconsistentMigrationHistory) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        name = settings.DATABASES["default"]["NAME"]
        raise CommandError(
            f"The database {name} cannot be prepared: {reason}."
        ) from error


def _collect_static_files() -> None:
    try:
        call_command("collectstatic", interactive=False, verbosity=0)
    except OSError as error:
        raise CommandError(
            f"Static files cannot be written to {settings.STATIC_ROOT}:"
            f" {error.strerror}."
        ) from error


def _start_worker() -> None:
    """Start what loads uploaded files; it ends when this process does, killed or not.

    Its standard input is a pipe that this process, and gunicorn after it, holds open.
    """
    worker = subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "manage.py", "run_worker", "--name", WORKER, "--until-closed"],
        stdin=subprocess.PIPE,
    )
    if worker.stdin is not None:
        os.set_inheritable(worker.stdin.fileno(), True)


def _serve(port: int) -> None:
    """Become gunicorn, with a worker at its side."""
    os.chdir(settings.BASE_DIR)
    _start_worker()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn"]
    os.execv(sys.executable, [*command, "-b", f"{HOST}:{port}"])  # noqa: S606 - ours
