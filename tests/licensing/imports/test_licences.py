from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from licensing.imports import LicenceResource
from licensing.models import Allocation, Licence, Reference
from organisations.imports import squashed
from organisations.models import Change, Location
from organisations.permissions import Permission
from tests.cast import Cast
from tests.exchange import Exchange, counts, refusals
from tests.factories.assets import make_asset, make_assets
from tests.factories.licensing import make_licence

FULL = (
    "name,product_sku,type,count,location,supplier_name,purchase_price,autorenew,"
    "start_date,end_date,parent,is_active,notes,roles,matches,users\n"
    'Office,O-1,3,5,Pasila,Oy Ab,12.58,yes,2026-01-02,2026-12-31,,true,"two\nlines",'
    "Editor;Reader,Writer;#2 Calc,owner;member\n"
    "Drawing,,,2,,,,,,,Office,no,,,,\n"
)


@pytest.fixture
def licences(cast: Cast, tmp_path: Path) -> Exchange:
    return Exchange("licences", cast.organisation, tmp_path)


@pytest.fixture
def elsewhere(cast: Cast, licences: Exchange) -> Exchange:
    """The other organisation, with the same people and assets."""
    for user in (cast.owner, cast.member):
        cast.other.memberships.create(user=user)
    return licences.elsewhere(cast.other)


def test_it_loads_licences_with_all_that_hangs_on_them(
    cast: Cast, licences: Exchange
) -> None:
    report = licences.load(FULL, missing=frozenset({"locations"}))

    assert (report.problems, report.refusals) == ([], [])
    assert counts(report) == (2, 2, 0, 0, 0)
    office, drawing = Licence.objects.of(cast.organisation).order_by("pk")
    assert (office.count, office.users_in_use, office.purchase_price) == (5, 2, 12.58)
    assert str(office.start_date) == "2026-01-02 00:00:00+00:00"
    assert (str(office.location), str(office.supplier)) == ("Pasila", "Oy Ab")
    assert [*office.roles.values_list("name", flat=True)] == ["Editor", "Reader"]
    found = office.matches.values_list("type", "text")
    assert [*found] == [(0, "Writer"), (2, "Calc")]
    assert (drawing.parent, drawing.is_active) == (office, False)
    assert [note.code for note in report.notes] == ["locations_made"]


def test_it_changes_nothing_the_second_time(cast: Cast, licences: Exchange) -> None:
    licences.load(FULL, missing=frozenset({"locations"}))
    before = Change.objects.count()

    report = licences.load(FULL)

    assert counts(report) == (2, 0, 0, 2, 0)
    assert Change.objects.count() == before


def test_it_updates_what_cells_say_and_leaves_the_rest(
    cast: Cast, licences: Exchange
) -> None:
    licence = make_licence(cast.organisation, vendor="Oy", notes="kept")
    asset = make_asset(cast.organisation)

    report = licences.load(
        "Licence name,Seats,Vendor,Notes,Devices\n"
        f"office suite,12,Ab,,{asset.formatted_number}\n"
    )

    licence.refresh_from_db()
    assert counts(report) == (1, 0, 1, 0, 0)
    assert (licence.count, licence.vendor, licence.notes) == (12, "Ab", "kept")
    assert licence.assets_in_use == 1
    assert {one.key: (one.old, one.new) for one in report.differences} == {
        "name": ("Office suite", "office suite"),
        "count": (10, 12),
        "vendor": ("Oy", "Ab"),
        "allocations": ("", asset.formatted_number),
    }


def test_it_tells_licences_of_one_name_apart(cast: Cast, licences: Exchange) -> None:
    text = "name,product_sku,count\nOffice,A,1\nOffice,B,2\nOffice,B,3\n"

    first, second = licences.load(text), licences.load(text)
    third = licences.load("product_sku,count\nA,7\n", match="product_sku")

    assert counts(first) == (3, 3, 0, 0, 0)
    assert counts(second) == (3, 0, 0, 3, 0)
    assert counts(third) == (1, 0, 1, 0, 0)
    found = Licence.objects.order_by("pk").values_list("count", flat=True)
    assert [*found] == [7, 2, 3]


@pytest.mark.parametrize(
    ("header", "cell", "code", "reason"),
    [
        ("count", "many", "invalid_body", "'many' is not a whole number."),
        ("count", "-1", "invalid_body", "Ensure this value is greater than or"),
        ("price", "nan", "invalid_body", "A number is expected."),
        ("autorenew", "perhaps", "invalid_body", "'perhaps' is not true or false."),
        ("end_date", "soon", "invalid_body", "'soon' is not a moment."),
        ("supplier_id", "4294967296", "invalid_body", "Ensure this value is less"),
        ("roles", "x" * 201, "invalid_body", "Ensure this value has at most"),
        ("matches", "#4294967296 A", "invalid_body", "Ensure this value is less"),
        ("location", "Nowhere", "location_invalid", "There is no location 'Nowhere'."),
        ("parent", "Nothing", "licence_invalid", "There is no licence 'Nothing'; its"),
        ("allocations", "X-1", "asset_invalid", "There is no asset 'X-1'."),
        ("users", "outsider", "user_invalid", "There is no member 'outsider'."),
    ],
)
def test_it_refuses_a_row_for_its_cell(
    cast: Cast, licences: Exchange, header: str, cell: str, code: str, reason: str
) -> None:
    asked = {header: header}

    report = licences.load(f"name,{header}\nOffice,{cell}\n", asked=asked)

    ((line, column, found, said),) = refusals(report)
    assert (line, column, found) == (2, header, code)
    assert said.startswith(reason)
    assert not Licence.objects.exists()


def test_it_refuses_a_licence_without_a_name(licences: Exchange) -> None:
    report = licences.load("name,count\n,3\nOffice,1\n", skip_invalid=True)

    assert counts(report) == (2, 1, 0, 0, 1)
    assert [(one.column, one.code) for one in report.refusals] == [
        ("name", "invalid_body")
    ]


@pytest.mark.parametrize("key", ["allocations", "users"])
def test_it_refuses_more_seats_than_there_are(
    cast: Cast, licences: Exchange, key: str
) -> None:
    assets = make_assets(cast.organisation, 2)
    numbers = ";".join(one.formatted_number for one in assets)
    cell = {"allocations": numbers, "users": "owner;member"}[key]

    report = licences.load(f"name,count,{key}\nOffice,1,{cell}\n")

    assert refusals(report) == [
        (2, key, "no_licences_available", "No licences available.")
    ]
    assert not Allocation.objects.exists()
    assert not Licence.objects.exists()


def test_it_refuses_to_count_fewer_seats_than_are_taken(
    cast: Cast, licences: Exchange
) -> None:
    licences.load("name,count,users\nOffice,2,owner;member\n")

    report = licences.load("name,count\nOffice,1\n")

    assert refusals(report) == [(2, "count", "invalid_body", "2 seats are taken.")]


def test_it_does_not_find_what_others_have(cast: Cast, licences: Exchange) -> None:
    make_licence(cast.other, name="Office")
    asset = make_asset(cast.other)

    report = licences.load("name,count\nOffice,1\n")
    refused = licences.load(f"name,allocations\nOffice,{asset.name}\n")

    assert counts(report) == (1, 1, 0, 0, 0)
    assert [one.code for one in refused.refusals] == ["asset_invalid"]


@pytest.mark.parametrize(("word", "code"), [("skip", []), ("fail", ["row_exists"])])
def test_it_leaves_licences_alone_when_told_to(
    cast: Cast, licences: Exchange, word: str, code: list[str]
) -> None:
    make_licence(cast.organisation, name="Office")

    report = licences.load("name,count\nOffice,99\n", on_conflict=word)

    assert [one.code for one in report.refusals] == code
    assert Licence.objects.get().count == 10


def test_it_exports_what_it_can_load(
    cast: Cast, licences: Exchange, elsewhere: Exchange
) -> None:
    licences.load(FULL, missing=frozenset({"locations"}))
    licences.load("name,product_sku,count\nTwin,,1\nTwin,,2\nOffice,O-2,1\n")
    for one in (cast.organisation, cast.other):
        for name in ("Anna", "Bert; the second"):
            make_asset(one, name=name)
    licences.load('name,count,allocations\nSeats,2,"Anna;Bert\\; the second"\n')
    text = licences.export()

    report = elsewhere.load(text, missing=frozenset({"locations"}))

    assert counts(report) == (6, 6, 0, 0, 0)
    assert elsewhere.export() == text
    assert counts(elsewhere.load(text)) == (6, 0, 0, 6, 0)


def test_it_exports_with_as_many_queries_for_many(
    cast: Cast, licences: Exchange
) -> None:
    asset = make_asset(cast.organisation)
    rows = "".join(f"L{n},5,owner,{asset.formatted_number}\n" for n in range(9))
    licences.load("name,count,users,allocations\n" + rows)

    with CaptureQueriesContext(connection) as queries:
        assert licences.export().count("\n") == 10

    assert len(queries) == 9


def test_it_leaves_out_deleted_licences_and_what_others_have(
    cast: Cast, licences: Exchange
) -> None:
    make_licence(cast.other)
    Licence.objects.filter(pk=make_licence(cast.organisation).pk).update(deleted=True)

    assert licences.export().count("\n") == 1


def test_it_asks_for_what_the_api_asks() -> None:
    resource = LicenceResource()

    assert resource.permissions(frozenset()) == {Permission.MANAGE_LICENCES}
    assert resource.permissions(frozenset({"locations"})) == {
        Permission.MANAGE_LICENCES,
        Permission.MANAGE_LOCATIONS,
    }


def test_it_makes_a_supplier_by_number_and_label(
    cast: Cast, licences: Exchange
) -> None:
    licences.load("name,supplier_id,supplier_name\nOffice,77,Oy\nDrawing,77,\n")

    assert Reference.objects.get().number == 77
    assert [*Licence.objects.values_list("supplier__label", flat=True)] == ["Oy"] * 2
    assert not Location.objects.exists()


def test_it_knows_the_headers_that_it_writes() -> None:
    keys = LicenceResource.keys

    assert [key.name for key in keys if squashed(key.name) not in key.synonyms] == []
