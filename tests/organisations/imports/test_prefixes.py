from organisations.models import Prefix
from tests.cast import Cast
from tests.exchange import Exchange, codes, exchange, outcome
from tests.factories.organisations import PrefixFactory

files = exchange("prefixes")

TEXT = (
    "Format,Digits,Last number,Unique,Enabled,Default\n"
    "LOC-{n},4,17,yes,yes,yes\nW-{n},,,no,no,no\n"
)


def test_it_makes_prefixes_once(cast: Cast, files: Exchange) -> None:
    first = files.load(TEXT)
    again = files.load(TEXT)

    assert (outcome(first), outcome(again)) == ((2, 0, 0, 0), (0, 0, 2, 0))
    made = Prefix.objects.of(cast.organisation).order_by("id")[1:]
    columns = ("number_format", "number_digits", "last_number", "unique_number")
    assert [*made.values_list(*columns, "enabled")] == [
        ("LOC-{n}", 4, 17, True, True),
        ("W-{n}", None, 0, False, False),
    ]
    cast.organisation.refresh_from_db()
    assert cast.organisation.default_prefix == made[0]


def test_numbers_of_a_prefix_never_go_back(cast: Cast, files: Exchange) -> None:
    PrefixFactory(organisation=cast.organisation, number_format="P-{n}", last_number=9)
    text = f"Format,Last number,Unique\nP-{{n}},8,no\nQ,,\n,5,\nR{{n}},{'9' * 5_000},\n"

    report = files.load(text, skip_invalid=True)

    assert codes(report) == [
        (2, "Unique", "invalid_body"),
        (2, "Last number", "invalid_body"),
        (3, "Format", "invalid_body"),
        (4, "Format", "invalid_body"),
        (5, "Last number", "invalid_body"),
    ]


def test_descriptions_tell_prefixes_of_one_format_apart(
    cast: Cast, files: Exchange
) -> None:
    for text in ("Wagons", "Coaches"):
        PrefixFactory(
            organisation=cast.organisation, number_format="X{n}", description=text
        )

    report = files.load(
        "Format,Description,Digits\nX{n},coaches,6\nX{n},,2\nX{n},Coaches,6\n",
        skip_invalid=True,
    )

    assert outcome(report) == (0, 1, 0, 2)
    assert codes(report) == [
        (3, "Format", "match_ambiguous"),
        (4, "Format", "duplicate_row"),
    ]
    assert Prefix.objects.get(description="coaches").number_digits == 6


def test_it_carries_prefixes_to_another_organisation(
    cast: Cast, files: Exchange
) -> None:
    PrefixFactory(organisation=cast.organisation, number_format="{n}", last_number=3)
    chosen = PrefixFactory(
        organisation=cast.organisation, description="Wagons", last_number=41
    )
    cast.organisation.default_prefix = chosen
    cast.organisation.save()

    files.carry(cast.other)
