"""The server that the walks visit: the project with its demo, in its own process.

It makes a database, loads the demo as quickstart does, puts a hostile neighbour beside
it, says in one line of JSON where to find what, and serves until its standard input is
closed. Then the database goes.
"""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.contrib import admin
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connection, models, transaction
from django.db.models import Q
from django.test import RequestFactory
from django.test.testcases import QuietWSGIRequestHandler

from assets.models import Asset, AssetGroup
from config.demo.loading import load_demo
from config.wsgi import application
from devices.models import DeviceAsset
from organisations.models import Membership, Role, User
from organisations.permissions import Permission
from organisations.services.tokens import create_token
from tests.browser.facts import Facts
from tests.browser.neighbour import move_in
from tests.factories.organisations import PASSWORD, UserFactory

HOST = "127.0.0.1"
# Which rows are better to look at than the first.
WITH_MUCH_TO_SHOW: dict[type[models.Model], Q] = {
    Asset: Q(name="Snps 003"),
    AssetGroup: Q(name="T 401"),
    DeviceAsset: Q(name="nb-lin-02"),
}


def main(folder: Path) -> None:
    """Serve until standard input is closed."""
    with fresh_database(folder), serving() as address:
        with transaction.atomic():
            facts = prepare(address)
        sys.stdout.write(json.dumps(asdict(facts)) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


@contextmanager
def fresh_database(folder: Path) -> Iterator[None]:
    """Make an empty database where DATABASE_URL says; drop it at the end."""
    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = (
        str(folder / "stage.sqlite3")
        if connection.vendor == "sqlite"
        else f"test_{name}_browser"
    )
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


@contextmanager
def serving() -> Iterator[str]:
    """Serve, with a thread for each connection of a browser."""
    server = ThreadedWSGIServer((HOST, 0), QuietWSGIRequestHandler)
    server.daemon_threads = True
    server.set_app(application)
    threading.Thread(target=server.serve_forever).start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def prepare(address: str) -> Facts:
    """Make the people and what they own.

    | who | is |
    |---|---|
    | admin | superuser, owner of the demo organisation |
    | clerk | staff who may do everything in the demo organisation, and nothing else |
    | neighbour | staff who own another organisation |
    """
    operator = UserFactory(username="admin", is_staff=True, is_superuser=True)
    clerk = UserFactory(
        username="clerk", is_staff=True, first_name="Aino", last_name="Salo"
    )
    organisation = load_demo(operator, lambda line: None)
    everything = Role.objects.create(
        organisation=organisation,
        name="Dispatchers",
        description="Everything, for the people of the control room.",
        permissions=list(Permission.values),
    )
    member = Membership.objects.create(organisation=organisation, user=clerk)
    member.roles.add(everything)
    return Facts(
        address=address,
        organisation=organisation.pk,
        token=create_token(user=clerk, name="Walks").text,
        password=PASSWORD,
        own=rows_of(clerk),
        foreign=move_in(UserFactory(username="neighbour", is_staff=True)),
    )


def rows_of(person: User) -> dict[str, int]:
    """Return the id of the first row of each model on whose pages the person works."""
    request: Any = RequestFactory().get("/")
    request.user = person
    found = {}
    for model, model_admin in admin.site._registry.items():
        rows = model_admin.get_queryset(request)
        first = rows.filter(WITH_MUCH_TO_SHOW.get(model, Q())).first() or rows.first()
        if first is not None:
            found[model._meta.label_lower] = first.pk
    return found
