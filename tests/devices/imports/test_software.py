from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.models import AssetGroup
from devices.imports import SoftwareResource
from devices.models import Software
from organisations.imports import squashed
from organisations.models import Change, Membership, Role
from organisations.permissions import Permission
from tests.cast import Cast
from tests.exchange import Exchange, counts, refusals
from tests.factories.assets import make_asset
from tests.factories.devices import make_device, make_software
from tests.factories.licensing import LicenceRoleFactory, make_licence

FULL = (
    "Device,Name,Version,Arch,Licence,Role,User,Install date,Cost,licence_required\n"
    "S-1,Writer,1.0,x64,Office,Editor,owner,2026-01-02,9.5,yes\n"
    "S-1,Writer,1.1,x64,,,,,,no\n"
    "S-1,Writer,1.1,i686,,,,,,no\n"
)


@pytest.fixture
def software(cast: Cast, tmp_path: Path) -> Exchange:
    licence = make_licence(cast.organisation, name="Office")
    LicenceRoleFactory(licence=licence, name="Editor")
    return Exchange("software", cast.organisation, tmp_path)


@pytest.fixture
def laptop(cast: Cast) -> AssetGroup:
    asset: AssetGroup = make_device(cast.organisation, serial_number="S-1").asset
    return asset


def programs(asset: AssetGroup) -> list[tuple[str, str, int]]:
    rows = Software.objects.filter(asset=asset.pk).order_by("pk")
    return [*rows.values_list("title__name", "title__version", "count")]


def test_it_loads_programs_and_counts_their_architectures(
    cast: Cast, software: Exchange, laptop: AssetGroup
) -> None:
    report = software.load(FULL)

    assert (report.problems, report.refusals) == ([], [])
    assert counts(report) == (3, 2, 0, 1, 0)
    assert programs(laptop) == [("Writer", "1.0", 1), ("Writer", "1.1", 2)]
    first = Software.objects.order_by("pk")[0]
    assert (str(first.licence), str(first.role), first.user) == (
        *("Office", "Editor", cast.owner),
    )
    assert (first.cost, first.licence_required) == (9.5, True)
    assert [note.code for note in report.notes] == ["architectures_counted"]


def test_it_changes_nothing_the_second_time(
    software: Exchange, laptop: AssetGroup
) -> None:
    software.load(FULL)
    before = Change.objects.count()

    report = software.load(FULL)

    assert counts(report) == (3, 0, 0, 3, 0)
    assert Change.objects.count() == before


def test_a_partial_list_leaves_the_rest_as_it_was(
    software: Exchange, laptop: AssetGroup
) -> None:
    software.load(FULL)

    report = software.load(
        "name,version,arch,bundledesc\nWriter,1.1,x64,Suite\nCalc,2,x64,\n",
        defaults={"device": "S-1"},
    )

    assert counts(report) == (2, 1, 1, 0, 0)
    assert [(one.key, one.new) for one in report.differences] == [
        ("bundledesc", "Suite")
    ]
    assert programs(laptop) == [
        ("Writer", "1.0", 1),
        ("Writer", "1.1", 2),
        ("Calc", "2", 1),
    ]


def test_it_loads_many_with_few_queries(software: Exchange, laptop: AssetGroup) -> None:
    rows = "".join(f"S-1,Program {n},1\n" for n in range(300))

    with CaptureQueriesContext(connection) as queries:
        report = software.load("device,name,version\n" + rows)

    assert counts(report) == (300, 300, 0, 0, 0)
    assert len(queries) < 60


@pytest.mark.parametrize(
    ("header", "text", "code", "reason"),
    [
        ("device", "S-9", "asset_invalid", "There is no asset 'S-9'."),
        ("name", "x" * 201, "invalid_body", "Ensure this value has at most 200"),
        ("version", "x" * 201, "invalid_body", "Ensure this value has at most 200"),
        ("licence", "Nothing", "licence_invalid", "There is no licence 'Nothing'."),
        ("role", "Nobody", "licence_invalid", "The licence has no role 'Nobody'."),
        ("user", "outsider", "user_invalid", "There is no member 'outsider'."),
        ("count", "-1", "invalid_body", "Ensure this value is greater"),
        ("cost", "nan", "invalid_body", "A number is expected."),
        ("install_date", "soon", "invalid_body", "'soon' is not a moment."),
    ],
)
def test_it_refuses_a_row_for_its_cell(
    software: Exchange,
    laptop: AssetGroup,
    header: str,
    text: str,
    code: str,
    reason: str,
) -> None:
    row = {"device": "S-1", "name": "Writer", "version": "1", header: text}

    report = software.load(
        f"{','.join(row)}\n{','.join(row.values())}\n", asked={header: header}
    )

    ((line, column, found, said),) = refusals(report)
    assert (line, column, found) == (2, header, code)
    assert said.startswith(reason)
    assert programs(laptop) == []


def test_it_refuses_rows_without_a_device_or_a_name(
    software: Exchange, laptop: AssetGroup
) -> None:
    report = software.load("device,name\n,A\nS-1,\nS-1,B\n", skip_invalid=True)

    assert counts(report) == (3, 1, 0, 0, 2)
    assert [(one.line, one.column, one.code) for one in report.refusals] == [
        (2, "device", "asset_invalid"),
        (3, "name", "invalid_body"),
    ]


def test_it_refuses_the_same_program_twice(
    software: Exchange, laptop: AssetGroup
) -> None:
    report = software.load("device,name,version\nS-1,A,1\nS-1,A,1\n", skip_invalid=True)

    assert refusals(report) == [(3, "", "duplicate_row", "Line 2 is the same program.")]


def test_it_does_not_find_devices_of_others(cast: Cast, software: Exchange) -> None:
    make_device(cast.other, serial_number="S-5")

    report = software.load("device,name\nS-5,A\n")

    assert [one.code for one in report.refusals] == ["asset_invalid"]


def test_it_makes_devices_only_for_who_manages_fleets(
    cast: Cast, software: Exchange, laptop: AssetGroup
) -> None:
    role = Role.objects.create(
        organisation=cast.organisation,
        name="desk",
        permissions=[Permission.MANAGE_DEVICES],
    )
    Membership.objects.get(user=cast.member).roles.add(role)
    make_asset(cast.organisation, name="Tram 7")

    report = software.load(
        "device,name\nTram 7,A\nS-1,A\n", actor=cast.member, skip_invalid=True
    )

    assert counts(report) == (2, 1, 0, 0, 1)
    assert [one.code for one in report.refusals] == ["missing_permission"]


@pytest.mark.parametrize(("word", "code"), [("skip", []), ("fail", ["row_exists"])])
def test_it_leaves_programs_alone_when_told_to(
    software: Exchange, laptop: AssetGroup, word: str, code: list[str]
) -> None:
    make_software(laptop)

    report = software.load(
        "device,name,version,count\nS-1,Writer,1.0,9\n", on_conflict=word
    )

    assert [one.code for one in report.refusals] == code
    assert programs(laptop) == [("Writer", "1.0", 1)]


def test_it_exports_what_it_can_load(
    cast: Cast, software: Exchange, laptop: AssetGroup
) -> None:
    software.load(FULL)
    make_device(cast.other, serial_number="S-1")
    LicenceRoleFactory(licence=make_licence(cast.other, name="Office"), name="Editor")
    cast.other.memberships.create(user=cast.owner)
    text, elsewhere = software.export(), software.elsewhere(cast.other)

    report = elsewhere.load(text)

    assert counts(report) == (2, 2, 0, 0, 0)
    assert elsewhere.export() == text
    assert counts(elsewhere.load(text)) == (2, 0, 0, 2, 0)


def test_it_exports_with_as_many_queries_for_many(
    software: Exchange, laptop: AssetGroup
) -> None:
    software.load(FULL)

    with CaptureQueriesContext(connection) as queries:
        assert software.export().count("\n") == 3

    assert len(queries) == 3


def test_it_knows_the_headers_that_it_writes() -> None:
    keys = SoftwareResource.keys

    assert [key.name for key in keys if squashed(key.name) not in key.synonyms] == []
    assert {*SoftwareResource.written} <= {key.name for key in keys}
