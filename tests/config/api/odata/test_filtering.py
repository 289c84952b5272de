"""What each operator, function and kind of property finds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.models import Asset, AssetGroup
from config.api.errors import Refusal
from config.api.odata.filtering import condition_of
from tests.config.api.odata.register import Register
from tests.factories.assets import AssetFieldFactory

# Filter: the letters of the assets that it finds.
TEXT = {
    "name eq 'bravo'": "b",
    "name eq 'Bravo'": "",
    "name ne 'bravo'": "acd",
    "name gt 'bravo'": "acd",
    "name ge 'bravo'": "abcd",
    "name lt 'bravo '": "b",
    "name le 'bravo'": "b",
    "'bravo' eq name": "b",
    "'bravo' lt name": "acd",
    "description eq 'it''s 50%_a'": "a",
    "description eq ''": "cd",
    "contains(description,'50%_')": "a",
    "contains(description,'5_%')": "",
    "contains(name,'A')": "",
    "contains(name,'ä')": "a",
    "contains(name,'')": "abcd",
    "contains(description,'\\')": "",
    "not contains(name,'a')": "ad",
    "contains(name,'o') eq true": "ab",
    "contains(name,'o') eq false": "cd",
    "contains(name,'o') ne true": "cd",
    "false eq contains(name,'o')": "cd",
    "startswith(name,'br')": "b",
    "startswith(name,'BR')": "",
    "startswith(name,'Ä')": "a",
    "startswith(name,'bravo and more')": "",
    "endswith(name,'ie')": "c",
    "endswith(name,'a longer end than the name')": "",
    "substringof('rav',name)": "b",
    "substringof('rav',name) eq true": "b",
    "contains(tolower(name),'ää')": "a",
    "tolower(name) eq 'äänekoski'": "a",
    "tolower(name) eq tolower('ÄÄNEKOSKI')": "a",
    "tolower(name) eq 'οδος 4'": "d",
    "startswith(toupper(name),'ÄÄ')": "a",
    "toupper(name) eq 'BRAVO'": "b",
    "trim(description) eq 'padded'": "b",
    "trim(tolower(description)) eq trim('  padded ')": "b",
    "description eq 'padded'": "",
    "length(name) eq 5": "b",
    "length(name) gt 6.5": "ac",
    "length(description) eq 10": "ab",
    "indexof(name,'a') ge 0": "bc",
    "indexof(name,'a') eq -1": "ad",
    "indexof(tolower(name),'ä') eq 0": "a",
    "indexof(name,'o') eq 4": "b",
    "name in ('bravo','charlie','x')": "bc",
    "not (name in ('bravo'))": "acd",
    "tolower(name) in ('bravo')": "b",
    "formatted_number eq '40'": "d",
}
NUMBERS = {
    "number eq 2": "b",
    "number eq 2L": "b",
    "number eq 2.0": "b",
    "number eq 2.5": "",
    "number ne 2.5": "abcd",
    "number gt 1.5": "bcd",
    "number ge 1.5": "bcd",
    "number lt 2.5": "ab",
    "number le 2.5": "ab",
    "number gt -1e3": "abcd",
    "number eq 9223372036854775807": "",
    "number lt 9223372036854775807": "abcd",
    "number in (1,2.5,3)": "ac",
    "number in (2.5)": "",
    "2 le number": "bcd",
    "2 gt number": "a",
}
FLAGS = {
    "active": "acd",
    "not active": "b",
    "active eq true": "acd",
    "active eq false": "b",
    "active ne false": "acd",
    "active in (true,false)": "abcd",
    "true eq active": "acd",
    "status/active": "a",
    "not status/active": "bcd",
    "status/active eq false": "b",
    "status/active ne true": "bcd",
    "status/active eq null": "cd",
}
NULLS = {
    "status_id eq null": "cd",
    "status_id ne null": "ab",
    "null eq status_id": "cd",
    "status/name eq null": "cd",
    "status/name ne 'scrapped'": "acd",
    "not (status/name eq 'scrapped')": "acd",
    "status/name gt 'in service'": "b",
    "not (status/name gt 'in service')": "acd",
    "status/name le 'in service'": "a",
    "not (status/name le 'in service')": "bcd",
    "contains(status/name,'ser')": "a",
    "not contains(status/name,'ser')": "bcd",
    "contains(status/name,'')": "ab",
    "length(status/name) gt 1": "ab",
    "not (length(status/name) gt 100)": "abcd",
    "not (length(status/name) lt 100)": "cd",
    "indexof(status/name,'x') eq -1": "ab",
    "status/name in ('scrapped',null)": "bcd",
    "not (status/name in ('scrapped'))": "acd",
    "number gt null": "",
    "not (number gt null)": "abcd",
    "name eq null": "",
    "name ne null": "abcd",
    "name in (null)": "",
}
MOMENTS = {
    "created_at eq 2026-01-01T00:00:00Z": "c",
    "created_at eq 2026-01-01": "c",
    "created_at ge 2026-01-01": "ac",
    "created_at lt 2026-01-01": "bd",
    "created_at gt 2025-12-31T23:59:59.999998Z": "abc",
    "created_at eq 2026-01-31T23:30:00+01:00": "a",
    # What remains of a plus sign that nobody escaped.
    "created_at eq 2026-01-31T23:30:00 01:00": "a",
    "created_at eq 2026-01-31T14:30:00-08:00": "a",
    "created_at eq 2026-01-31T22:30": "a",
    "created_at eq datetime'2026-01-31T22:30:00'": "a",
    "created_at eq datetimeoffset'2026-01-31T23:30:00+01:00'": "a",
    "created_at ge date'2026-01-01'": "ac",
    "year(created_at) eq 2026": "ac",
    "month(created_at) gt 6": "b",
    "day(created_at) in (29,31)": "abd",
    "created_at gt 0001-01-01T00:00:00Z": "abcd",
    "created_at lt 9999-12-31T23:59:59.999999Z": "abcd",
}
PLACES = {
    "location/code eq 'HKI'": "ad",
    "location/code eq 'TKU'": "c",
    "startswith(location/name,'Hel')": "ad",
    "location_id eq null": "b",
    "location/id ne null": "acd",
    "location/name eq null": "b",
    "sub_location_id ne null": "ac",
    "fleet/code eq 'IC'": "a",
    "fleet/name ne 'InterCity'": "bcd",
    "type/name eq 'coach'": "abcd",
}
LOGIC = {
    "number eq 1 or number eq 2 and active": "a",
    "(number eq 1 or number eq 2) and active": "a",
    "(number eq 1 or number eq 2) and not active": "b",
    "not not active": "acd",
    "not (active and number eq 1)": "bcd",
    "NOT(Active EQ true) AND Number eq 2": "b",
    "((((number eq 3))))": "c",
    "number eq 1 or number eq 2 or number eq 3 or number eq 40": "abcd",
    "FleetId ne null": "a",
    "Status/Name eq 'scrapped'": "b",
    "CreatedAt lt 2025-01-01": "d",
    " number\teq\n1 ": "a",
    "contains( name , 'o' )": "ab",
}
CUSTOM = {
    "fields/Text eq 'Öl'": "a",
    "fields/text eq 'Öl'": "a",
    "fields/Text/value eq 'Öl'": "a",
    "Fields/'Text' eq 'Öl'": "a",
    "fields/Text ne 'Öl'": "bcd",
    "fields/Text eq null": "cd",
    "fields/Text ne null": "ab",
    "startswith(tolower(fields/Text),'öl')": "ab",
    "endswith(fields/Text,'\\')": "b",
    "fields/Text gt 'Öl'": "b",
    "not (fields/Text gt 'Öl')": "acd",
    "fields/Text in ('Öl',null)": "acd",
    "fields/Int eq 5": "a",
    "fields/Int eq 5.0": "a",
    "fields/Int eq 5.5": "",
    "fields/Int gt -5.5": "abd",
    "fields/Int le 4.5": "b",
    "fields/Int eq 9007199254740991": "d",
    "fields/Int lt 9007199254740993": "abd",
    "fields/Int gt 9007199254740990": "d",
    "not (fields/Int gt 0)": "bc",
    "fields/Int in (5,-5)": "ab",
    "fields/Dec eq 0.1": "a",
    "fields/Dec eq 0.10": "a",
    "fields/Dec eq 0.1000000000000000001": "",
    "fields/Dec gt 0.1": "bd",
    "fields/Dec ge 0.1000000000000000001": "bd",
    "fields/Dec gt 0.0999999999999999999": "abd",
    "fields/Dec lt 0.1000000000000000001": "a",
    "fields/Dec eq 999999999999999": "d",
    "fields/Dec gt 999999999999998.5": "d",
    "fields/Dec lt 9e18": "abd",
    "fields/Dec gt -1e-9": "abd",
    "fields/Dec lt 1e-9": "",
    "fields/Flag": "a",
    "not fields/Flag": "bcd",
    "fields/Flag eq false": "b",
    "fields/Flag ne true": "bcd",
    "fields/Flag eq null": "cd",
    "fields/Day eq 2026-01-31": "a",
    "fields/Day gt 2025-12-31": "a",
    "fields/Day gt 2026-01-30T23:00:00Z": "a",
    "fields/Day eq 2026-01-31T00:00:00Z": "a",
    "fields/Day eq 2026-01-31T00:00:01Z": "",
    "fields/Day lt 2026-01-31T00:00:01Z": "abd",
    "year(fields/Day) eq 1": "d",
    "month(fields/Day) eq 12": "b",
    "day(fields/Day) eq 31": "ab",
    "fields/Moment eq 2026-01-01": "b",
    "fields/Moment eq 2026-01-01T00:00:00.5Z": "a",
    "fields/Moment eq 2026-01-01T02:00:00.500+02:00": "a",
    "fields/Moment gt 2026-01-01T00:00:00Z": "ad",
    "fields/Moment lt 2026-01-01T00:00:00.4Z": "b",
    "year(fields/Moment) eq 9999": "d",
    "fields/Colour eq 'Red'": "a",
    "fields/Colour eq 'red'": "",
    "fields/Colour ne 'Red'": "bcd",
    "fields/Colour eq 'violet'": "",
    "fields/Colour gt 'Red'": "b",
    "fields/Colour in ('Red','blue')": "ab",
    "contains(tolower(fields/Colour),'red')": "a",
    "length(fields/Colour) eq 4": "b",
    "fields/Colour eq null": "cd",
    "fields/'Run time' ge 90": "a",
    "fields/'run time'/value eq 0": "b",
    "contains(fields/Page,'?b=')": "a",
}


@pytest.mark.parametrize(
    "table",
    [TEXT, NUMBERS, FLAGS, NULLS, MOMENTS, PLACES, LOGIC, CUSTOM],
    ids=["text", "numbers", "flags", "nulls", "moments", "places", "logic", "custom"],
)
def test_it_finds(register: Register, table: dict[str, str]) -> None:
    assert {text: register.matching(text) for text in table} == table


def test_it_finds_by_ids_in_any_spelling(register: Register) -> None:
    row, colour = register.rows["a"], register.colours["Red"]
    status, field = row.status_id, register.fields["Int"]
    for text in (
        f"id eq {row.pk}",
        f"id eq {row.pk}L",
        f"Id eq '{row.pk}'",
        f"id in ('{row.pk}',5)",
        f"id le {row.pk}",
        f"status_id eq {status}",
        f"status/id eq '{status}'",
        f"fields/{field.pk} eq 5",
        f"fields/{field.pk}/value eq 5",
        f"fields/Colour eq '{colour.pk}'",
        f"fields/Colour eq {colour.pk}",
        f"fields/Colour in ({colour.pk})",
        f"location_id eq {row.location_id} and number eq 1",
    ):
        assert register.matching(text) == "a", text
    assert register.matching(f"location_id eq {row.location_id}") == "ad"


def test_it_takes_a_name_with_any_character_in_quotes(register: Register) -> None:
    names = ("it's, (so) / far", "käyttö-aste", "and or", "eq")
    for name in names:
        AssetFieldFactory(organisation=register.cast.organisation, name=name)
        quoted = name.replace("'", "''")
        assert register.matching(f"fields/'{quoted}' eq null") == "abcd"
    assert register.matching("fields/käyttö-aste eq null") == "abcd"
    assert register.matching("fields/eq eq null") == "abcd"


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("name eq 'x' or status/name eq 'y' or location/code eq 'z'", 1),
        # The fields of the organisation, their enum values, the rows.
        ("fields/Int eq 1", 3),
        (" or ".join(f"fields/{name} ne null" for name in ("Int", "Dec", "Colour")), 3),
    ],
)
def test_it_costs_as_many_queries_whatever_is_asked(
    register: Register, text: str, queries: int
) -> None:
    allowed = register.allowed
    with CaptureQueriesContext(connection) as captured:
        list(Asset.objects.filter(condition_of(text, allowed)))
    assert len(captured) == queries


def test_it_lets_an_index_answer_equality_of_custom_fields(register: Register) -> None:
    found = Asset.objects.filter(condition_of("fields/Int eq 5", register.allowed))
    sql = str(found.query)
    if connection.vendor == "postgresql":
        assert '"fields" @>' in sql
    else:
        assert "JSON_EXTRACT" in sql


def test_it_filters_by_a_literal_as_long_as_allowed(register: Register) -> None:
    longest, items = "x" * 512, ",".join(["'bravo'"] * 200)
    assert register.matching(f"name eq '{longest}' or name in ({items})") == "b"
    many = " or ".join(f"number eq {n}" for n in range(190))
    assert register.matching(many) == "abcd"
    deep = "(" * 23 + "not (active)" + ")" * 23
    with pytest.raises(Refusal):
        register.matching(deep)
    assert register.matching(deep[1:-1]) == "b"


@pytest.mark.parametrize("wrong", ["soon", 5, 1.5, True, ["a"], {"a": 1}, None])
def test_it_fails_over_no_value_of_another_type(
    register: Register, wrong: object
) -> None:
    values = dict.fromkeys((field.key for field in register.fields.values()), wrong)
    AssetGroup.objects.filter(pk=register.rows["c"].pk).update(fields=values)
    for text, found in CUSTOM.items():
        assert set(register.matching(text)) - {"c"} == set(found) - {"c"}
