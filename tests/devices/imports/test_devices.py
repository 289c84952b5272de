from pathlib import Path

import pytest
from django.utils import timezone

from assets.models import AssetGroup
from devices.imports import DeviceResource
from devices.models import AllowedStatus, Checkout, Device
from licensing.models import Reference
from organisations.imports import squashed
from organisations.models import Change, Membership, Prefix, Role
from organisations.permissions import Permission
from tests.cast import Cast
from tests.counting import queries_of
from tests.exchange import Exchange, counts, refusals
from tests.factories.assets import AssetStatusFactory, AssetTypeFactory, make_asset
from tests.factories.devices import make_checkout, make_device
from tests.factories.organisations import LocationFactory

ALL = frozenset({"types", "statuses", "locations", "fleets", "fields"})
FULL = (
    "Name,Type,Serial,Asset Tag,User,Parent,Manufacturer,contract_id,"
    "reserved_salesorder_id,reserved_salesorder_line_id,services,Warranty end,"
    "Item cost,non_consignable,RAM\n"
    'Router 1,Router,S-1,T-1,owner,Core,Cisco,,,,"Net;#7 Mail",2027-01-31,99.5,yes,8\n'
    "Core,Router,S-2,T-2,member@example.org,,cisco,55,12,3,,,,no,16\n"
    ",Router,S-3,T-3,,T-1,,,,,,,,,\n"
)


@pytest.fixture
def devices(cast: Cast, tmp_path: Path) -> Exchange:
    cast.member.email = "member@example.org"
    cast.member.save()
    return Exchange("devices", cast.organisation, tmp_path)


def only(cast: Cast) -> Device:
    found: Device = Device.objects.select_related("asset").get(
        asset__organisation=cast.organisation
    )
    return found


def test_it_loads_devices_with_all_that_they_are(cast: Cast, devices: Exchange) -> None:
    report = devices.load(FULL, missing=ALL)

    assert (report.problems, report.refusals) == ([], [])
    assert counts(report) == (3, 3, 0, 0, 0)
    router, core, third = Device.objects.order_by("pk")
    assert (router.serial_number, router.inventory_number) == ("S-1", "T-1")
    assert (router.user, core.user) == (cast.owner, cast.member)
    assert (router.parent_id, third.parent_id) == (core.pk, router.pk)
    assert (third.asset.name, str(third.asset.type)) == ("T-3", "Router")
    assert (router.item_cost, router.non_consignable) == (99.5, True)
    found = {(one.kind, one.number, one.label) for one in Reference.objects.all()}
    assert found == {
        ("manufacturer", 1, "Cisco"),
        ("contract", 55, ""),
        ("sales_order", 12, ""),
        ("service", 7, "Mail"),
        ("service", 8, "Net"),
    }
    assert [*AssetGroup.objects.get(name="Core").fields.values()] == [16]


def test_it_changes_nothing_the_second_time(cast: Cast, devices: Exchange) -> None:
    devices.load(FULL, missing=ALL)
    before = Change.objects.count()

    report = devices.load(FULL, missing=ALL)

    assert counts(report) == (3, 0, 0, 3, 0)
    assert Change.objects.count() == before


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("serial_number", "s-9"),
        ("inventory_number", "t-9"),
        ("number", "1"),
        ("name", "router 9"),
    ],
)
def test_it_finds_a_device_by_what_the_file_has(
    cast: Cast, devices: Exchange, key: str, text: str
) -> None:
    kind = AssetTypeFactory(organisation=cast.organisation)
    devices.load(f"name,type,serial,tag,notes\nRouter 9,{kind.name},S-9,T-9,old\n")

    report = devices.load(f"{key},notes,colour\n{text},new,\n")

    assert counts(report) == (1, 0, 1, 0, 0)
    found = [(one.key, one.old, one.new) for one in report.differences]
    assert ("notes", "old", "new") in found
    assert (only(cast).notes, only(cast).asset.type) == ("new", kind)


def test_it_does_not_take_another_serial_number_for_the_same_device(
    cast: Cast, devices: Exchange
) -> None:
    text = "type,serial,tag\nRouter,S-1,T-1\n"
    devices.load(text, missing=ALL)

    report = devices.load(text.replace("S-1", "S-2"))
    told = devices.load(text.replace("S-1", "S-2"), match="inventory_number")

    assert counts(report) == (1, 1, 0, 0, 0)
    assert [one.code for one in told.refusals] == ["match_ambiguous"]


def test_it_makes_a_device_of_an_asset(cast: Cast, devices: Exchange) -> None:
    asset = make_asset(cast.organisation, name="Tram 7")

    report = devices.load("name,serial\nTram 7,S-7\n", match="name")

    assert counts(report) == (1, 0, 1, 0, 0)
    assert only(cast).pk == asset.pk
    assert [one.key for one in report.differences] == ["serial_number", "is_device"]


def test_it_lets_only_those_make_devices_of_assets_who_manage_fleets(
    cast: Cast, devices: Exchange
) -> None:
    role = Role.objects.create(
        organisation=cast.organisation,
        name="desk",
        permissions=[Permission.MANAGE_DEVICES],
    )
    Membership.objects.get(user=cast.member).roles.add(role)
    make_asset(cast.organisation, name="Tram 7")
    kind = AssetTypeFactory(organisation=cast.organisation).name
    text = f"name,type,serial\nTram 7,,S-7\nDesk 8,{kind},S-8\n"

    report = devices.load(text, match="name", actor=cast.member, skip_invalid=True)

    assert counts(report) == (2, 1, 0, 0, 1)
    assert [(one.line, one.code) for one in report.refusals] == [
        (2, "missing_permission")
    ]


def test_it_links_parents_that_come_in_a_later_batch(
    cast: Cast, devices: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.imports.runs.BATCH", 1)
    text = "name,type,number,parent\nLeaf,Box,5,Stem\nStem,Box,6,00007\nRoot,Box,7,\n"
    number = Prefix.objects.of(cast.organisation).get().formatted(7)

    report = devices.load(text.replace("00007", number), missing=ALL)

    assert counts(report) == (3, 3, 0, 0, 0)
    leaf, stem, root = Device.objects.order_by("asset__number")
    assert (leaf.parent_id, stem.parent_id) == (stem.pk, root.pk)


def test_it_knows_devices_by_names_that_it_cut(cast: Cast, devices: Exchange) -> None:
    name = "A switch with a long name"
    text = f"name,type,parent\nPort 1,Box,{name}\n{name},Box,\n"

    report, again = devices.load(text, missing=ALL), devices.load(text, missing=ALL)

    port, switch = Device.objects.select_related("asset").order_by("pk")
    assert (port.parent_id, switch.asset.name) == (switch.pk, "A switch with a long")
    assert (counts(report), counts(again)) == ((2, 2, 0, 0, 0), (2, 0, 0, 2, 0))


def test_it_tells_of_parents_that_never_came(
    cast: Cast, devices: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.imports.runs.BATCH", 1)
    text = "name,type,parent,user\nLeaf,Box,Stem,\nStem,Box,,nobody\n"

    report = devices.load(text, missing=ALL, skip_invalid=True)

    assert counts(report) == (2, 1, 0, 0, 1)
    assert "parents_missing" in {note.code for note in report.notes}


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        ("A1,Box,Nowhere\n", [(2, "parent", "asset_invalid")]),
        ("A1,Box,A2\nA2,Box,A1\n", [(2, "parent", "invalid_body")] * 1),
        ("A1,Box,A1\n", [(2, "parent", "invalid_body")]),
    ],
)
def test_it_refuses_parents_that_cannot_be(
    devices: Exchange, rows: str, refused: list[tuple[int, str, str]]
) -> None:
    report = devices.load(f"name,type,parent\n{rows}", missing=ALL)

    found = [(one.line, one.column, one.code) for one in report.refusals]
    assert found[: len(refused)] == refused
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    ("header", "text", "code", "reason"),
    [
        ("type", "Bus", "asset_type_required", "There is no asset type 'Bus'."),
        ("name", "x\u0007y", "invalid_body", "Control characters are not"),
        ("user", "outsider", "user_invalid", "There is no member 'outsider'."),
        ("status", "Lost", "status_invalid", "There is no status 'Lost'."),
        ("warranty_end", "soon", "invalid_body", "'soon' is not a moment."),
        ("criticality", "-1", "invalid_body", "Ensure this value is greater"),
        ("criticality", "high", "invalid_body", "'high' is not a whole number."),
        ("colour", "red", "invalid_body", ""),
        ("contract_id", "0x", "invalid_body", "'0x' is not a whole number."),
        ("reserved_salesorder_line_id", "4", "invalid_body", "A line needs"),
        ("contract_id", "4294967296", "invalid_body", "Ensure this value is less"),
        ("services", "#4294967296 A", "invalid_body", "Ensure this value is less"),
        ("third_party_id", "4294967296", "invalid_body", "Ensure this value is less"),
        ("number", "0", "invalid_body", ""),
        ("prefix", "NO-{n}", "prefix_invalid", ""),
        ("checked_out_to", "outsider", "user_invalid", "There is no member"),
        ("checked_out_location", "Moon", "location_invalid", "There is no location"),
        ("inventory_number", "x" * 101, "invalid_body", ""),
    ],
)
def test_it_refuses_a_row_for_its_cell(
    cast: Cast, devices: Exchange, header: str, text: str, code: str, reason: str
) -> None:
    AssetTypeFactory(organisation=cast.organisation, name="Router")
    row = {"name": "Router 1", "type": "Router", "notes": "n", header: text}

    report = devices.load(
        f"{','.join(row)}\n{','.join(row.values())}\n", asked={header: header}
    )

    assert [(one.column, one.code) for one in report.refusals] == [(header, code)]
    assert report.refusals[0].reason.startswith(reason)
    assert not Device.objects.exists()


def test_it_refuses_a_line_that_no_order_has(devices: Exchange) -> None:
    report = devices.load(
        "name,type,reserved_salesorder_id,reserved_salesorder_line_id\n"
        "A1,Box,5,4294967296\n",
        missing=ALL,
    )

    assert [(one.column, one.code) for one in report.refusals] == [
        ("reserved_salesorder_line_id", "invalid_body")
    ]


def test_it_tells_all_that_is_wrong_with_a_row(cast: Cast, devices: Exchange) -> None:
    report = devices.load(
        "name,type,user,warranty_end,parent\nA1,Nothing,nobody,soon,Nowhere\n"
    )

    assert [one.column for one in report.refusals] == ["type", "warranty_end", "user"]


def test_it_refuses_a_status_that_the_type_does_not_allow(
    cast: Cast, devices: Exchange
) -> None:
    kind = AssetTypeFactory(organisation=cast.organisation, name="Router")
    for name in ("Up", "Down"):
        status = AssetStatusFactory(organisation=cast.organisation, name=name)
    AllowedStatus.objects.create(type=kind, status=status)

    report = devices.load(
        "name,type,status\nA1,Router,Up\nA2,Router,Down\n", skip_invalid=True
    )

    assert counts(report) == (2, 1, 0, 0, 1)
    assert refusals(report) == [
        (
            *(2, "status", "status_invalid"),
            "The status is not one of the asset type's.",
        )
    ]


@pytest.mark.parametrize(
    ("row", "code"),
    [("Router 1,Box,1,S-1", "row_exists"), ("Router 1,Box,,S-1", "match_ambiguous")],
)
def test_it_refuses_rows_that_mean_what_is_there(
    cast: Cast, devices: Exchange, row: str, code: str
) -> None:
    make_device(cast.organisation, serial_number="S-1")
    make_device(cast.organisation, serial_number="S-1")

    report = devices.load(f"name,type,number,serial\n{row}\n", on_conflict="fail")

    assert [one.code for one in report.refusals] == [code]


def test_it_refuses_two_rows_for_one_device(cast: Cast, devices: Exchange) -> None:
    make_device(cast.organisation, serial_number="S-1")

    report = devices.load("serial,notes\nS-1,a\ns-1,b\n", skip_invalid=True)

    assert counts(report) == (2, 0, 1, 0, 1)
    assert [(one.line, one.code) for one in report.refusals] == [(3, "duplicate_row")]


def test_it_does_not_find_what_others_have(cast: Cast, devices: Exchange) -> None:
    make_device(cast.other, serial_number="S-1")

    report = devices.load("type,serial,parent\nBox,S-1,\nBox,S-2,S-1\n", missing=ALL)

    assert counts(report) == (2, 2, 0, 0, 0)
    assert Device.objects.filter(asset__organisation=cast.other).count() == 1


def test_it_refuses_a_file_without_what_rows_are_to_be_found_by(
    devices: Exchange,
) -> None:
    report = devices.load("name,type\nA,Box\n", match="serial")

    assert [one.code for one in report.problems] == ["match_unknown"]


def test_it_hands_devices_over(cast: Cast, devices: Exchange) -> None:
    text = (
        "Name,Type,Checked Out To: Username,Checked Out To: Location,due_at\n"
        "A1,Box,member,,2099-01-01\nA2,Box,,Depot,\nA3,Box,,,\n"
    )

    report, again = devices.load(text, missing=ALL), devices.load(text, missing=ALL)

    assert counts(report) == (3, 3, 0, 0, 0)
    assert counts(again) == (3, 0, 0, 3, 0)
    person, place = Checkout.objects.order_by("pk")
    assert (person.user, str(person.due_at)) == (
        *(cast.member, "2099-01-01 00:00:00+00:00"),
    )
    assert str(place.location) == "Depot"
    assert Device.objects.get(asset__name="A1").user == cast.member


def test_it_hands_a_device_from_one_to_another(cast: Cast, devices: Exchange) -> None:
    asset = make_device(cast.organisation, serial_number="S-1").asset
    make_checkout(asset)

    report = devices.load("serial,checked_out_to\nS-1,member\n")

    assert counts(report) == (1, 0, 1, 0, 0)
    found = {one.key: (one.old, one.new) for one in report.differences}
    assert found["custody"] == ("owner", "member")
    assert Checkout.objects.open().get().user == cast.member


@pytest.mark.parametrize(
    ("key", "text", "reason"),
    [
        ("due_at", "2001-01-01", "It is due at a time that has passed."),
        ("checked_out_at", "2999-01-01", "It goes out at a time that is still"),
    ],
)
def test_it_refuses_to_hand_over_at_a_wrong_time(
    devices: Exchange, key: str, text: str, reason: str
) -> None:
    report = devices.load(
        f"name,type,checked_out_to,{key}\nA1,Box,member,{text}\n", missing=ALL
    )

    assert [(one.column, one.code) for one in report.refusals] == [
        (key, "invalid_body")
    ]
    assert report.refusals[0].reason.startswith(reason)
    assert not AssetGroup.objects.exists()


def test_it_exports_what_it_can_load(cast: Cast, devices: Exchange) -> None:
    devices.load(FULL, missing=ALL)
    devices.load(
        "name,type,tag,checked_out_to,checked_out_location,checked_out_at,due_at,user\n"
        "L1,Laptop,T-1,member,,2020-01-01,2020-02-01,\nL2,Laptop,,,Depot,,,owner\n",
        missing=ALL,
        unique="-",
        match="-",
    )
    for user in (cast.owner, cast.member):
        cast.other.memberships.create(user=user)
    text, elsewhere = devices.export(), devices.elsewhere(cast.other)

    report = elsewhere.load(text, missing=ALL)

    assert (report.problems, report.refusals) == ([], [])
    assert counts(report) == (5, 5, 0, 0, 0)
    assert elsewhere.export() == text
    assert counts(elsewhere.load(text, missing=ALL)) == (5, 0, 0, 5, 0)


def test_it_exports_with_as_many_queries_for_many(
    cast: Cast, devices: Exchange
) -> None:
    make_device(cast.organisation, user_id=cast.owner.pk)
    few = queries_of(devices.export)
    for _ in range(5):
        make_device(cast.organisation, user_id=cast.owner.pk)

    assert queries_of(devices.export) == few
    assert devices.export().count("\n") == 7


def test_it_exports_neither_assets_that_are_no_devices_nor_deleted_ones(
    cast: Cast, devices: Exchange
) -> None:
    make_asset(cast.organisation)
    make_device(cast.other)
    gone = make_device(cast.organisation)
    AssetGroup.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())

    assert devices.export().count("\n") == 1


def test_it_asks_for_what_the_api_asks() -> None:
    resource = DeviceResource()

    assert resource.permissions(frozenset()) == {Permission.MANAGE_DEVICES}
    assert resource.permissions(ALL) == {
        Permission.MANAGE_DEVICES,
        Permission.MANAGE_FLEETS,
        Permission.MANAGE_LOCATIONS,
    }


def test_it_knows_the_headers_that_it_writes() -> None:
    keys = DeviceResource.keys

    assert [key.name for key in keys if squashed(key.name) not in key.synonyms] == []
    assert len({key.name for key in keys}) == len(keys)


def test_it_puts_a_device_at_a_place(cast: Cast, devices: Exchange) -> None:
    place = LocationFactory(organisation=cast.organisation)

    devices.load(f"name,type,location\nA1,Box,{place.name}\n", missing=ALL)

    assert only(cast).asset.location == place
