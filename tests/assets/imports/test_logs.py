import pytest
from django.core.files.base import ContentFile

from assets.models import AssetLog, Nonce
from config.imports.resources import RESOURCES
from organisations.models import Change, Membership
from tests.cast import Cast
from tests.exchange import Exchange, codes, csv_of, exchange, outcome
from tests.factories.assets import make_asset
from tests.factories.groups import make_group
from tests.factories.logs import make_log

files = exchange("logs")

TEXT = (
    "Vehicle,Note,Date,Author,Duration,Lat,Lon\n"
    "Anna,Flat spot,2026-01-02T03:04:05+02:00,member,60,60.17,24.94\n"
    "Anna,Washed,2026-01-03 04:00,,,,\n"
)


def test_it_writes_logs_once(cast: Cast, files: Exchange) -> None:
    make_asset(cast.organisation, name="Anna")

    first = files.load(TEXT)
    again = files.load(TEXT)

    assert (outcome(first), outcome(again)) == ((2, 0, 0, 0), (0, 0, 2, 0))
    spot, washed = AssetLog.objects.order_by("id")
    assert (spot.log, spot.created_by, spot.duration) == ("Flat spot", cast.member, 60)
    assert spot.logged_at.isoformat() == "2026-01-02T01:04:05+00:00"
    assert (spot.latitude, spot.longitude) == (60.17, 24.94)
    assert washed.created_by == cast.owner
    assert washed.logged_at.isoformat() == "2026-01-03T04:00:00+00:00"
    # History tells who loaded the file.
    written_by = Change.objects.filter(model="assetlog").values_list("who", flat=True)
    assert {*written_by} == {"owner"}


def test_rows_that_are_all_alike_are_logs_of_their_own(
    cast: Cast, files: Exchange
) -> None:
    make_asset(cast.organisation, name="Anna")
    text = "Asset,Log,At\n" + "Anna,Ok,2026-01-02T03:00Z\n" * 2

    first = files.load(text)
    again = files.load(text)

    assert (outcome(first), outcome(again)) == ((2, 0, 0, 0), (0, 0, 2, 0))


def test_a_nonce_tells_which_log_is_meant(cast: Cast, files: Exchange) -> None:
    make_asset(cast.organisation, name="Anna")
    text = "Asset,Log,Nonce\nAnna,Flat spot,77\n"

    files.load(text)
    changed = files.load(text.replace("Flat", "Flatter"))
    twice = files.load(text + "Anna,Again,77\n")

    assert outcome(changed) == (0, 1, 0, 0)
    assert codes(twice) == [(3, "Nonce", "duplicate_row")]
    log = AssetLog.objects.get()
    assert log.log == "Flatter spot"
    assert Nonce.objects.get().object_id == log.pk
    log.delete()
    gone = files.load(text)
    assert codes(gone) == [(2, "Nonce", "conflict")]


def test_it_refuses_logs(cast: Cast, files: Exchange) -> None:
    anna = make_asset(cast.organisation, name="Anna")
    make_asset(cast.other, name="Foreign")
    make_log(anna, actor=cast.member, log="Mine")
    Nonce.objects.create(
        user=cast.member,
        kind=Nonce.Kind.LOG,
        nonce=5,
        object_id=AssetLog.objects.get().pk,
        created_at=anna.created_at,
    )
    text = (
        "Asset,Log,At,Author,Duration,Lat,Lon,Nonce\n"
        ",Text,,,,,,\nNobody,Text,,,,,,\nForeign,Text,,,,,,\nAnna,,,,1,,,\n"
        "Anna,Text,yesterday,,,,,\nAnna,Text,,outsider,,,,\nAnna,Text,,,-1,,,\n"
        "Anna,Text,,,,1,,\nAnna,Text,,,,,,x\nAnna,Mine too,,member,,,,5\n"
        "Anna,Text,0001-01-01T00:00+14:00,,,,,\n"
    )

    report = files.load(text, skip_invalid=True)

    assert codes(report) == [
        (2, "Asset", "invalid_body"),
        (3, "Asset", "group_invalid"),
        (4, "Asset", "group_invalid"),
        (5, "Log", "invalid_body"),
        (6, "At", "invalid_body"),
        (7, "Author", "invalid_body"),
        (8, "Duration", "invalid_body"),
        (9, "", "latitude_longitude_together"),
        (10, "Nonce", "invalid_body"),
        (11, "", "not_creator"),
        (12, "At", "invalid_body"),
    ]


def test_a_member_writes_in_their_own_name_only(cast: Cast, files: Exchange) -> None:
    make_asset(cast.organisation, name="Anna")
    text = "Asset,Log,Author\nAnna,Mine,member\nAnna,Theirs,manager\n"

    report = files.load(text, actor=cast.member, skip_invalid=True)

    assert codes(report) == [(3, "Author", "missing_permission")]
    assert AssetLog.objects.get().created_by == cast.member


def test_it_carries_logs_to_another_organisation(cast: Cast, files: Exchange) -> None:
    anna = make_asset(cast.organisation, name="Anna", number=7)
    make_log(anna, actor=cast.member, log="Two\nlines", duration=3)
    make_log(make_group(cast.organisation, anna), embed="{}", latitude=1, longitude=-2)
    for user in (cast.owner, cast.member):
        Membership.objects.create(organisation=cast.other, user=user)
    make_group(cast.other, make_asset(cast.other, number=7))

    files.carry(cast.other)
    assert files.export().count("Two\nlines") == 1


def test_a_log_that_is_a_file_alone_says_which_one_stays_behind(
    cast: Cast, files: Exchange
) -> None:
    anna = make_asset(cast.organisation, name="Anna", number=7)
    make_asset(cast.other, number=7)
    make_log(anna, log="", file=ContentFile(b"%PDF-", name="Wheel 2.pdf"), duration=3)
    make_log(anna, file=ContentFile(b"%PDF-", name="Wheel 3.pdf"))
    said = "File left behind: Wheel 2.pdf (application/pdf, 5 bytes)"

    table = files.table()
    here = files.load(csv_of(table))
    later = files.load(csv_of(table).replace(",3,", ",4,"))

    assert [row[table[0].index("log")] for row in table[1:]] == [
        said,
        "Flat spot on axle 2",
    ]
    # Here the file is, and its log stays without a text.
    assert (outcome(here), outcome(later)) == ((0, 0, 2, 0), (0, 1, 1, 0))
    first = AssetLog.objects.order_by("id")[0]
    assert (first.log, first.duration, first.attachment.file_name) == (
        *("", 4, "Wheel 2.pdf"),
    )
    Membership.objects.create(organisation=cast.other, user=cast.owner)
    files.carry(cast.other)
    copy = AssetLog.objects.of(cast.other).order_by("id")[0]
    assert (copy.log, hasattr(copy, "attachment")) == (said, False)


def test_every_member_may() -> None:
    assert RESOURCES["logs"].permissions(frozenset()) == frozenset()


@pytest.mark.parametrize("type_", ["logs", "work_items"])
def test_they_make_nothing_that_is_missing(type_: str) -> None:
    assert RESOURCES[type_].missing == ()
