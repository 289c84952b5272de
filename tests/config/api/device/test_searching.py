"""`search`, `advanced_search` and the parameters that narrow a list."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from rest_framework.test import APIClient

from config.api.snowflake import serial_of
from organisations.models import Location
from tests.cast import Cast
from tests.factories.organisations import LocationFactory, OrganisationFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls("tests.config.api.device.places"),
]


@pytest.fixture
def places(cast: Cast) -> dict[str, Location]:
    """Make three places, and one of somebody else."""
    own = {"organisation": cast.organisation}
    made = [
        LocationFactory(**own, name="Ääni depot", code="depot", radius=2.5),
        LocationFactory(**own, name="Turku", code="", delivery=True, address="A 1"),
        LocationFactory(**own, name="Old_Turku 100%", code="station", radius=0),
        LocationFactory(organisation=cast.other, name="Riga Turku", code="depot"),
    ]
    return {row.name: row for row in made}


@pytest.fixture
def member(cast: Cast) -> APIClient:
    """Return the client of a member."""
    return cast.client("member")


def found(client: APIClient, query: str) -> list[str]:
    """Return the first words of the titles that match, in order."""
    response = client.get(f"/api/Place?order=title&{query}")
    assert response.status_code == 200, response.content
    return [row["title"].split()[0] for row in response.json()["places"]]


def advanced(*conditions: tuple[str, object, object]) -> str:
    """Write `advanced_search`."""
    names = ("filter_name", "filter_type", "filter_value")
    document = [dict(zip(names, one, strict=True)) for one in conditions]
    return f"advanced_search={quote(json.dumps(document))}"


@pytest.mark.usefixtures("places")
def test_it_finds_every_word_somewhere(member: APIClient) -> None:
    assert found(member, "search=TURKU") == ["Old_Turku", "Turku"]
    assert found(member, f"search={quote('depot ÄÄ')}") == ["Ääni"]
    assert found(member, "search=station+old") == ["Old_Turku"]
    assert found(member, "search=turku+nowhere") == []
    assert found(member, f"search={quote('100%')}") == ["Old_Turku"]
    assert found(member, f"search={quote('%')}") == ["Old_Turku"]
    assert found(member, f"search={quote('d_t')}") == ["Old_Turku"]
    assert len(found(member, "search=")) == 3


@pytest.mark.usefixtures("places")
def test_it_compares_members_by_each_operator(
    cast: Cast, member: APIClient, places: dict[str, Location]
) -> None:
    serial = serial_of(places["Turku"].pk)
    client = serial_of(cast.organisation.pk)
    every, none = ["Old_Turku", "Turku", "Ääni"], list[str]()
    cases: list[tuple[tuple[str, object, object], list[str]]] = [
        (("title", 0, "turku"), ["Turku"]),
        (("title", 1, "turku"), ["Old_Turku", "Ääni"]),
        (("title", 2, "Old_Turku 100%"), ["Turku", "Ääni"]),
        (("title", 3, "Turku"), ["Old_Turku"]),
        (("title", 4, "URK"), ["Old_Turku", "Turku"]),
        (("title", "5", "URK"), ["Ääni"]),
        (("title", 6, "ÄÄ"), ["Ääni"]),
        ((" Title", 6, "ÄÄ"), ["Ääni"]),
        (("Field_7", 0, "A 1"), ["Turku"]),
        (("code", 7, ""), ["Turku"]),
        (("code", 8, None), ["Old_Turku", "Ääni"]),
        (("code", 0, ""), ["Turku"]),
        (("centre", 0, 2.5), ["Ääni"]),
        (("centre", 0, "0"), ["Old_Turku", "Turku"]),
        (("centre", 1, 0), ["Ääni"]),
        (("centre", 1, 2.5), ["Old_Turku", "Turku"]),
        (("centre", 3, 1), ["Old_Turku", "Turku"]),
        (("centre", 7, ""), ["Old_Turku", "Turku"]),
        (("centre", 8, ""), ["Ääni"]),
        (("delivery", 0, True), ["Turku"]),
        (("inactive", 0, "TRUE"), ["Old_Turku", "Ääni"]),
        (("inactive", 1, "true"), ["Turku"]),
        (("inactive", 7, ""), ["Turku"]),
        (("id", 0, serial), ["Turku"]),
        (("id", 1, serial), ["Old_Turku", "Ääni"]),
        (("id", 2, serial), ["Old_Turku"]),
        (("id", 7, ""), none),
        (("client_id", 0, str(client)), every),
        (("client_id", 0, 0), none),
        (("client_id", 8, 0), every),
        (("client_name", 4, "vaunu"), every),
        (("made", 2, "2020-01-01"), every),
        (("made", 3, "2020-01-01T00:00:00+02:00"), none),
        (("field_7", 0, "A 1"), ["Turku"]),
    ]
    answers = {str(one): found(member, advanced(one)) for one, _ in cases}

    assert answers == {str(one): sorted(expected) for one, expected in cases}


@pytest.mark.usefixtures("places")
def test_it_wants_all_conditions_to_hold(member: APIClient) -> None:
    both = advanced(("title", 4, "turku"), ("code", 8, ""))

    assert found(member, both) == ["Old_Turku"]
    assert found(member, f"{both}&search=nothing") == []
    assert found(member, f"{both}&delivery=true") == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "A JSON array of conditions is expected."),
        ("[1", "A JSON array of conditions is expected."),
        ('{"filter_name": "title"}', "An array of up to 50 conditions is expected."),
        (json.dumps([{}] * 51), "An array of up to 50 conditions is expected."),
        ("[1]", "[0] has no filter_name."),
        ('[{"filter_name": 1}]', "[0] has no filter_name."),
    ],
)
def test_it_refuses_what_is_no_array_of_conditions(
    member: APIClient, text: str, sentence: str
) -> None:
    response = member.get(f"/api/Place?advanced_search={quote(text)}")

    assert response.status_code == 400
    assert response.json() == {"advanced_search": [sentence]}


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        (("nothing", 0, ""), "[0].filter_name names no member of the list."),
        (("name", 0, ""), "[0].filter_name names no member of the list."),
        (
            ("organisation__owner", 0, ""),
            "[0].filter_name names no member of the list.",
        ),
        (("field_8", 0, ""), "[0].filter_name names no member of the list."),
        (("field_x", 0, ""), "[0].filter_name names no member of the list."),
        (("field_²", 0, ""), "[0].filter_name names no member of the list."),
        (("field_99999999999", 0, ""), "[0].filter_name names no member of the list."),
        (("title", 9, ""), "[0].filter_type is none of 0 to 8."),
        (("title", True, ""), "[0].filter_type is none of 0 to 8."),
        (("title", None, ""), "[0].filter_type is none of 0 to 8."),
        (("title", 0, ["x"]), "[0].filter_value is not valid."),
        (("title", 0, "\0"), "[0].filter_value is not valid."),
        (("centre", 0, "nan"), "[0].filter_value: The value 'nan' is not valid."),
        (("centre", 4, "1"), "[0].filter_value: The value '1' is not valid."),
        (("delivery", 0, "maybe"), "[0].filter_value: The value 'maybe' is not valid."),
        (("id", 0, 2**31), "[0].filter_value: The value '2147483648' is not valid."),
        (("id", 4, "1"), "[0].filter_value: The value '1' is not valid."),
        (("client_id", 2, "1"), "[0].filter_value: The value '1' is not valid."),
        (
            ("made", 0, "10000-01-01"),
            "[0].filter_value: The value '10000-01-01' is not valid.",
        ),
    ],
)
def test_it_refuses_conditions_that_make_no_sense(
    member: APIClient, condition: tuple[str, object, object], sentence: str
) -> None:
    response = member.get(f"/api/Place?{advanced(condition)}")

    assert response.status_code == 400
    assert response.json() == {"advanced_search": [sentence]}


def test_it_refuses_too_many_words_and_values(member: APIClient) -> None:
    words, numbers = "+".join("abcdefghijklmnopqrstu"), ",".join(["1"] * 1001)

    response = member.get(f"/api/Place?search={words}&places={numbers}")

    assert response.status_code == 400
    assert response.json() == {
        "search": ["At most 20 words are taken."],
        "places": ["At most 1000 values are taken."],
    }


def test_it_narrows_by_each_kind_of_parameter(
    cast: Cast, places: dict[str, Location]
) -> None:
    second = OrganisationFactory(owner=cast.owner, name="Second")
    LocationFactory(organisation=second, name="Oulu", code="depot", radius=7)
    client = cast.client("owner")
    first = serial_of(cast.organisation.pk)
    turku, depot = (serial_of(places[name].pk) for name in ("Turku", "Ääni depot"))
    everything = ["Old_Turku", "Oulu", "Turku", "Ääni"]
    cases: dict[str, Any] = {
        f"client_id={first}": ["Old_Turku", "Turku", "Ääni"],
        f"CLIENT_ID={serial_of(second.pk)}": ["Oulu"],
        f"client_id={serial_of(cast.other.pk)}": [],
        "client_id=0": everything,
        "client_id=-1&client_ids=&client_ids[]=0": everything,
        f"client_ids={first},{serial_of(second.pk)}": everything,
        f"places={turku},%20{depot}": ["Turku", "Ääni"],
        f"places={turku}&places={depot}": ["Turku", "Ääni"],
        f"places[]={turku}&places[]={depot}": ["Turku", "Ääni"],
        "code=depot": ["Oulu", "Ääni"],
        "kind=STATION": ["Old_Turku"],
        "ending=urku": ["Turku"],
        "radius=7": ["Oulu"],
        "since=2020-01-01": everything,
        "since=2999-12-31T23:00:00Z": [],
        "delivery=True": ["Turku"],
        "delivery=false": ["Old_Turku", "Oulu", "Ääni"],
        "unknown=1&$filter=x": everything,
    }

    assert {query: found(client, query) for query in cases} == cases
