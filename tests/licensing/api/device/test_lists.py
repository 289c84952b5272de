"""Every parameter of the licensing lists, each with what matches and what does not."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote

import orjson

from config.api.snowflake import serial_of
from licensing.services.licences import delete_licence, update_licence
from organisations.models import Change, Organisation
from organisations.services.tokens import create_token
from tests.cast import Cast
from tests.counting import queries_of_page
from tests.factories.assets import make_assets
from tests.factories.licensing import (
    LicenceRoleFactory,
    ReferenceFactory,
    make_certificate,
    make_info,
    make_licence,
    make_seat,
)
from tests.factories.organisations import LocationFactory, OrganisationFactory

ORDERS = {f"{word}{at}" for word in ("order", "orderdesc") for at in ("", *"2345")}
PAGES = {"count", "page_no", "page_size", "pageinate"}
# What the source page of the API lists for each resource.
SOURCE: Mapping[str, set[str]] = {
    "SoftwareLicence": ORDERS
    | PAGES
    | {"client_id", "includeinactive", "licence_type", "search", "site_id"}
    | {"tenant_id", "toplevelid"},
    "LicenceChange": ORDERS | PAGES | {"change_date", "idonly", "licence_id", "search"},
    "LicenseInfo": ORDERS | PAGES | {"advanced_search", "site_id"},
    "SoftwareLicenceRole": {"softwarelicence_id"},
    "DeviceLicence": set(),
    "Certificate": set(),
}
ARRAYS = {
    "SoftwareLicence": "licences",
    "LicenceChange": "changes",
    "LicenseInfo": "licenceinfo",
}
# What stands for a row in the tables below.
TELLS: Mapping[str, Callable[[Any], Any]] = {
    "SoftwareLicence": lambda row: row["name"],
    "LicenceChange": lambda row: row.get("new_value", row["field_name"]),
    "LicenseInfo": lambda row: row["organisationname"],
    "SoftwareLicenceRole": lambda row: row["name"],
    "DeviceLicence": lambda row: row["device_name"],
    "Certificate": lambda row: row["name"],
}
FIVE = "".join(f"&order{at}=status&orderdesc{at}=false" for at in "2345")
PAGE = "pageinate=true&page_size=1&page_no=2"


def told(cast: Cast, resource: str, query: str) -> list[Any]:
    """Return what stands for each row that the owner gets, `id` for an id alone."""
    response = cast.client("owner").get(f"/api/{resource}?{query}")
    assert response.status_code == 200, (query, response.content)
    rows = response.json()
    if resource in ARRAYS:
        rows = rows[ARRAYS[resource]]
    return ["id" if set(row) == {"id"} else TELLS[resource](row) for row in rows]


def check(cast: Cast, resource: str, cases: Mapping[str, list[Any]]) -> None:
    """Assert what each query answers, and that the source's parameters are all there.

    A query without its parameters, or with another value of them, answers otherwise.
    """
    asked = {name for query in cases for name, _ in parse_qsl(query)}

    found = {query: told(cast, resource, query) for query in cases}

    assert found == cases
    assert asked >= SOURCE[resource]


def second(cast: Cast) -> Organisation:
    """Make another organisation of the owner's."""
    made: Organisation = OrganisationFactory(owner=cast.owner, name="Second")
    return made


def condition(name: str, operator: int, value: object) -> str:
    """Write an advanced search of one condition."""
    one = {"filter_name": name, "filter_type": operator, "filter_value": value}
    return "advanced_search=" + quote(orjson.dumps([one]))


def test_it_narrows_licences_by_every_parameter(cast: Cast) -> None:
    own, site = cast.organisation, LocationFactory(organisation=cast.organisation)
    suite = make_licence(own, name="Suite", type=3, location=site, tenant_id="t-1")
    words = make_licence(own, name="Words", parent=suite, vendor="Ratatosk IT")
    make_licence(own, name="Spelling", parent=words, status="b")
    make_licence(own, name="Asleep", is_active=False)
    gone = make_licence(own, name="Gone")
    delete_licence(licence=gone, actor=cast.owner)
    make_licence(second(cast), name="Second")
    foreign = make_licence(cast.other, name="Foreign")
    client, top = serial_of(own.pk), serial_of(suite.pk)
    everything = ["Suite", "Words", "Spelling", "Second"]

    check(
        cast,
        "SoftwareLicence",
        {
            "": everything,
            f"client_id={client}": ["Suite", "Words", "Spelling"],
            f"client_id={serial_of(cast.other.pk)}": [],
            "client_id=0": everything,
            f"site_id={serial_of(site.pk)}": ["Suite"],
            "site_id=99999": [],
            "licence_type=3": ["Suite"],
            "licence_type=4": [],
            "tenant_id=t-1": ["Suite"],
            "tenant_id=t-2": [],
            f"toplevelid={top}": ["Suite", "Words", "Spelling"],
            f"toplevelid={serial_of(words.pk)}": ["Words", "Spelling"],
            f"toplevelid={serial_of(foreign.pk)}": [],
            "includeinactive=True": [*everything[:3], "Asleep", "Gone", "Second"],
            "includeinactive=false": everything,
            "search=rata+WORDS": ["Words"],
            "search=nobody": [],
            "count=2": ["Suite", "Words"],
            f"order=name&orderdesc=true{FIVE}": sorted(everything, reverse=True),
            "order=supplier_name&order2=status&orderdesc2=true": [
                "Spelling",
                *["Suite", "Words", "Second"],
            ],
            PAGE: ["Words"],
        },
    )


def test_it_answers_licences_alike_however_it_writes_the_query(cast: Cast) -> None:
    for name in ("Suite", "Words", "Spelling"):
        make_licence(cast.organisation, name=name)
    make_licence(second(cast), name="Second")
    client = cast.client("owner")
    paged = "pageinate=true&page_no=1&page_size="
    for owner in (cast.organisation, cast.other, None):
        asked = f"client_id={serial_of(owner.pk)}&" if owner else ""
        for size in (2, 3, 10):
            path = f"/api/SoftwareLicence?{asked}{paged}{size}"
            # An order has a query written anew, also where it changes nothing.
            expected = client.get(f"{path}&order=id").json()
            assert client.get(path).json() == expected


def test_it_narrows_changes_by_every_parameter(cast: Cast) -> None:
    licence = make_licence(cast.organisation, name="Suite")
    other = make_licence(cast.organisation, name="Words")
    values = {"status": "läte", "count": 7, "is_active": False}
    update_licence(licence=licence, values=values, actor=cast.owner)
    delete_licence(licence=other, actor=cast.owner)
    make_licence(cast.other, name="Foreign")
    lines = Change.objects.filter(model="licence", object_id=licence.pk)
    lines.filter(action="created").update(at=datetime(2026, 3, 1, 23, 59, tzinfo=UTC))
    five = FIVE.replace("status", "datetime")

    check(
        cast,
        "LicenceChange",
        {
            "": ["Suite", "Words", "7", "läte", "false", "deleted"],
            "change_date=2026-03-01": ["Suite"],
            "change_date=2026-03-02T01:00:00%2B02:00": ["Suite"],
            "change_date=2026-03-02": [],
            "change_date=9999-12-31": [],
            f"licence_id={serial_of(other.pk)}": ["Words", "deleted"],
            "licence_id=99999": [],
            "search=suite": ["Suite"],
            "search=LÄTE+STATUS": ["läte"],
            "search=Deleted+words": ["deleted"],
            "search=owner+10": ["7"],
            "search=false+active": ["false"],
            "search=nobody": [],
            "count=1": ["Suite"],
            PAGE: ["Words"],
            f"order=old_value&orderdesc=true&count=1{five}": ["deleted"],
            "order=user_name&order2=field_name&orderdesc2=true": [
                *["läte", "false", "7"],
                *["Suite", "Words", "deleted"],
            ],
            f"idonly=true&licence_id={serial_of(other.pk)}": ["id", "id"],
            f"idonly=false&licence_id={serial_of(other.pk)}": ["Words", "deleted"],
        },
    )


def test_it_narrows_licence_infos_by_every_parameter(cast: Cast) -> None:
    site = LocationFactory(organisation=cast.organisation)
    first = make_info(cast.organisation, location=site, organisationname="Suite")
    make_info(cast.organisation, organisationname="Words", is_trial=True)
    make_info(cast.other, organisationname="Foreign")
    five = FIVE.replace("status", "version")

    check(
        cast,
        "LicenseInfo",
        {
            "": ["Suite", "Words"],
            f"site_id={serial_of(site.pk)}": ["Suite"],
            "site_id=99999": [],
            condition("is_trial", 0, value=True): ["Words"],
            condition("organisationname", 4, "SUI"): ["Suite"],
            condition("site_id", 0, serial_of(site.pk)): ["Suite"],
            condition("client_name", 1, "Suomen Vaunu"): [],
            condition("id", 0, str(first.uuid)): ["Suite"],
            condition("id", 1, str(first.uuid).upper()): ["Words"],
            condition("id", 7, ""): [],
            "count=1": ["Suite"],
            PAGE: ["Words"],
            f"order=organisationname&orderdesc=true{five}": ["Words", "Suite"],
            "order=is_trial&order2=organisationname&order3=id": ["Suite", "Words"],
        },
    )


def test_it_narrows_what_hangs_on_licences(cast: Cast) -> None:
    suite, words = (make_licence(cast.organisation, name=one) for one in "SW")
    gone = make_licence(cast.organisation, name="Gone")
    for licence, name in ((suite, "user"), (words, "admin"), (gone, "ghost")):
        LicenceRoleFactory(licence=licence, name=name)
    delete_licence(licence=gone, actor=cast.owner)
    LicenceRoleFactory(licence=make_licence(cast.other))
    laptop, desk = make_assets(cast.organisation, 2)
    for asset in (laptop, desk):
        make_seat(suite, asset)
    make_certificate(cast.organisation, name="Intranet")
    make_certificate(cast.other, name="Foreign")

    check(
        cast,
        "SoftwareLicenceRole",
        {
            "": ["user", "admin"],
            f"softwarelicence_id={serial_of(words.pk)}": ["admin"],
            f"softwarelicence_id={serial_of(gone.pk)}": [],
            "softwarelicence_id=99999": [],
            "count=1": ["user"],
        },
    )
    check(
        cast,
        "DeviceLicence",
        {"": [laptop.name, desk.name], "count=1": [laptop.name]},
    )
    check(cast, "Certificate", {"": ["Intranet"], "count=1": ["Intranet"]})


def test_it_names_what_it_cannot_read(cast: Cast) -> None:
    client = cast.client("owner")
    cannot = ["The list cannot be ordered by this."]
    wrong = {
        "SoftwareLicence?client_id=x&licence_type=1e2&toplevelid=4294967296"
        "&includeinactive=yes&order=device_count&order2=licences_available": {
            "client_id": ["The value 'x' is not valid."],
            "licence_type": ["The value '1e2' is not valid."],
            "toplevelid": ["The value '4294967296' is not valid."],
            "includeinactive": ["The value 'yes' is not valid."],
            "order": cannot,
            "order2": cannot,
        },
        "LicenceChange?change_date=10000-01-01&licence_id=x&idonly=2": {
            "change_date": ["The value '10000-01-01' is not valid."],
            "licence_id": ["The value 'x' is not valid."],
            "idonly": ["The value '2' is not valid."],
        },
        "LicenseInfo?site_id=x&advanced_search=%5B": {
            "site_id": ["The value 'x' is not valid."],
            "advanced_search": ["A JSON array of conditions is expected."],
        },
        f"LicenseInfo?{condition('id', 0, 'x')}": {
            "advanced_search": ["[0].filter_value: The value 'x' is not valid."]
        },
        f"LicenseInfo?{condition('password', 4, 'canary')}": {
            "advanced_search": ["[0].filter_name names no member of the list."]
        },
        "LicenseInfo?order=password": {"order": cannot},
        "SoftwareLicenceRole?softwarelicence_id=x": {
            "softwarelicence_id": ["The value 'x' is not valid."]
        },
        "SoftwareLicence/x": {"id": ["The value 'x' is not valid."]},
    }
    certificate = make_certificate(cast.organisation)
    wrong[f"Certificate/{serial_of(certificate.pk)}?includedetails=2"] = {
        "includedetails": ["The value '2' is not valid."]
    }

    answers = {query: client.get(f"/api/{query}") for query in wrong}

    assert {query: one.json() for query, one in answers.items()} == wrong
    assert {one.status_code for one in answers.values()} == {400}


def test_it_costs_the_same_for_many_rows(cast: Cast) -> None:
    own, client = cast.organisation, cast.client("member")

    def furnish(count: int) -> None:
        site = LocationFactory(organisation=own)
        supplier = ReferenceFactory(organisation=own)
        assets = make_assets(own, count)
        for asset in assets:
            licence = make_licence(own, location=site, supplier=supplier)
            make_seat(licence, asset)
            LicenceRoleFactory(licence=licence)
        for _ in range(count):
            make_info(own, location=site)
            make_certificate(own, asset_id=assets[0].pk)
        update_licence(licence=licence, values={"location": None}, actor=own.owner)

    def costs() -> dict[str, int]:
        return {one: queries_of_page(client, f"/api/{one}") for one in SOURCE}

    furnish(2)
    few = costs()
    furnish(48)

    assert costs() == few
    assert max(few.values()) <= 4


def test_it_reads_within_the_scopes_of_the_token(cast: Cast) -> None:
    reader = cast.client("anonymous")
    for scope, allowed in (
        ("read:softwarelicensing", {200}),
        ("edit:softwarelicensing", {200}),
        ("read:assets", {403}),
        ("edit:software", {403}),
    ):
        token = create_token(user=cast.owner, name="t", scope=scope).text
        reader.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        answers = {reader.get(f"/api/{one}").status_code for one in SOURCE}
        assert (scope, answers) == (scope, allowed)
