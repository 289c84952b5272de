"""POST and DELETE of the device API: all or nothing, every error by index."""

from typing import Any

import pytest
from django.utils import timezone

from config.api.snowflake import serial_of
from organisations.models import Change, Location, SubLocation
from tests.cast import Cast
from tests.factories.organisations import LocationFactory, OrganisationFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls("tests.config.api.device.places"),
]


def shown(row: Location) -> dict[str, Any]:
    """Return a place as one object shows it."""
    made = row.organisation.created_at
    return {
        "id": serial_of(row.pk),
        "client_id": serial_of(row.organisation_id),
        "client_name": row.organisation.name,
        "title": row.name,
        "code": row.code,
        "delivery": row.delivery,
        "inactive": not row.delivery,
        "centre": row.radius or 0,
        "made": f"{made:%Y-%m-%dT%H:%M:%S}Z",
    }


def test_it_makes_a_row_of_one_object_or_one_element(cast: Cast) -> None:
    body = {
        "client_id": str(serial_of(cast.organisation.pk)),
        "title": 417,
        "centre": "2.5",
        "delivery": "True",
        "made": "ignored",
        "unknown_member": 1,
    }
    for sent in (body, [body | {"id": 0}]):
        response = cast.client("manager").post("/api/Place", sent)

        row = Location.objects.get(id__serial=response.json()["id"])
        assert response.status_code == 201
        assert response.json() == shown(row)
        assert (row.name, row.radius, row.delivery) == ("417", 2.5, True)


def test_it_takes_json_that_calls_itself_a_text(cast: Cast) -> None:
    for content_type in ("text/json", "application/json; charset=utf-8"):
        response = cast.client("manager").post(
            "/place",
            '[{"title": "Turku", "client_name": "Suomen Vaunu"}]',
            content_type=content_type,
            headers={"Accept": "text/plain"},
        )
        assert response.status_code == 201


def test_it_gives_a_row_to_the_only_organisation_of_the_caller(cast: Cast) -> None:
    response = cast.client("manager").post("/api/Place", {"title": "Turku"})

    assert response.status_code == 201
    assert response.json()["client_name"] == "Suomen Vaunu"


def test_it_asks_a_member_of_two_organisations_for_one(cast: Cast) -> None:
    OrganisationFactory(owner=cast.owner)
    for body in ({"title": "Turku"}, {"title": "Turku", "client_id": 0}):
        response = cast.client("owner").post("/api/Place", body)

        assert response.status_code == 400
        assert response.json() == {"client_id": ["A client is required."]}


def test_it_changes_the_row_that_an_id_names(cast: Cast) -> None:
    row = LocationFactory(
        organisation=cast.organisation, name="Turku", code="TKU", radius=4
    )
    body = [
        {"id": str(serial_of(row.pk)), "centre": None},
        {"title": "Pori"},
    ]

    response = cast.client("manager").post("/api/Place", body)

    row.refresh_from_db()
    made = Location.objects.get(name="Pori")
    assert (row.name, row.code, row.radius) == ("Turku", "TKU", None)
    assert response.json() == [shown(row), shown(made)]
    (change,) = Change.objects.filter(object_id=row.pk, field="radius")
    assert (change.old, change.new) == (4, None)


def test_it_names_every_error_of_every_element(cast: Cast) -> None:
    before = Location.objects.count()
    body: list[Any] = [
        {"title": "Turku"},
        {"client_id": "abc", "centre": "wide", "title": "x" * 30},
        {"client_id": 99999, "title": None},
        {"title": "Bad", "centre": -4, "code": "much too long a code"},
        {"id": "1.5", "title": "Oulu"},
    ]

    response = cast.client("owner").post("/api/Place", body)

    assert response.status_code == 400
    assert response.json() == {
        "[1].title": ["At most 20 characters are taken."],
        "[1].centre": ["The value 'wide' is not valid."],
        "[1].client_id": ["The value 'abc' is not valid."],
        "[2].title": ["This field is required."],
        "[2].client_id": ["Client 99999 was not found."],
        "[3].code": ["At most 12 characters are taken."],
        "[4].id": ["The value '1.5' is not valid."],
    }
    assert Location.objects.count() == before


def test_it_collects_what_the_rules_below_refuse(cast: Cast) -> None:
    before = Location.objects.count()
    body = [{"title": "Turku", "centre": -4}, {"title": "a\x01b"}, {"title": "Pori"}]

    response = cast.client("manager").post("/api/Place", body)

    assert response.status_code == 400
    assert response.json() == {
        "[0].centre": ["Ensure this value is greater than or equal to 0."],
        "[1].title": ["Control characters are not allowed."],
    }
    assert Location.objects.count() == before


def test_it_does_not_index_the_errors_of_one_element(cast: Cast) -> None:
    for body in ({"centre": 1}, [{"centre": 1}]):
        response = cast.client("manager").post("/api/Place", body)

        assert response.status_code == 400
        assert response.json() == {"title": ["This field is required."]}


def test_it_knows_no_unknown_and_no_foreign_row(cast: Cast) -> None:
    foreign = LocationFactory(organisation=cast.other)
    for serial in (99999, serial_of(foreign.pk)):
        for body in (
            {"id": serial, "centre": "wide"},
            [{"centre": "wide"}, {"id": serial, "title": "Mine"}],
        ):
            response = cast.client("manager").post("/api/Place", body)

            assert response.status_code == 404
            assert response.json() == {
                "ClassName": "NotFoundException",
                "Message": f"Place {serial} was not found.",
            }


def test_it_refuses_who_may_not_write_before_bad_values(cast: Cast) -> None:
    row = LocationFactory(organisation=cast.organisation)
    for body in ({"centre": "wide"}, {"id": serial_of(row.pk), "centre": "wide"}):
        response = cast.client("member").post("/api/Place", body)

        assert response.status_code == 403
        assert response.json() == {
            "ClassName": "MissingPermissionException",
            "Message": "This needs MANAGE_LOCATIONS.",
        }


def test_it_refuses_bodies_that_hold_no_objects(cast: Cast) -> None:
    client = cast.client("manager")
    several = {"body": ["An object, or an array of 1 to 5000, is expected."]}

    assert client.post("/api/Place", []).json() == several
    assert client.post("/api/Place", 5).json() == {"body": ["An object is expected."]}
    assert client.post("/api/Place", [{}, 5, []]).json() == {
        "[1]": ["An object is expected."],
        "[2]": ["An object is expected."],
    }


def test_it_finds_references_by_id_and_by_name_inside_the_organisation(
    cast: Cast,
) -> None:
    OrganisationFactory(owner=cast.owner, name="Second")
    place = LocationFactory(organisation=cast.organisation, name="Turku")
    second = LocationFactory(
        organisation=OrganisationFactory(owner=cast.owner), name="Turku"
    )
    foreign = LocationFactory(organisation=cast.other, name="Riga")
    LocationFactory.create_batch(2, organisation=cast.organisation, name="Twin")
    client_name = {"client_name": "Suomen Vaunu"}
    elements: list[dict[str, Any]] = [
        {"place_id": serial_of(place.pk), "place_name": "ignored"},
        {"place_name": "Turku"},
        {"place_id": serial_of(second.pk)},
        {"place_id": serial_of(foreign.pk)},
        {"place_id": 99999},
        {"place_name": "Riga"},
        {"place_name": "Twin"},
        {"place_id": 0},
        {},
        {"client_name": "", "client_id": "abc", "place_id": 99999},
    ]
    sent = [{**client_name, **element} for element in elements]

    response = cast.client("owner").post("/api/Part", sent)
    made = cast.client("owner").post("/api/Part", sent[:2])

    def unknown(what: object) -> list[str]:
        return [f"Place {what} was not found."]

    assert response.status_code == 400
    assert response.json() == {
        "[2].place_id": unknown(serial_of(second.pk)),
        "[3].place_id": unknown(serial_of(foreign.pk)),
        "[4].place_id": unknown(99999),
        "[5].place_name": unknown("Riga"),
        "[6].place_name": ["Place Twin is not the only one; give its id."],
        "[7].place_id": ["A place is required."],
        "[8].place_id": ["A place is required."],
        "[9].client_id": ["The value 'abc' is not valid."],
        "[9].place_id": unknown(99999),
    }
    assert made.status_code == 200
    assert [row["place_id"] for row in made.json()] == [serial_of(place.pk)] * 2
    assert SubLocation.objects.filter(location=place).count() == 2


def test_it_deletes_and_answers_the_id(cast: Cast) -> None:
    row = LocationFactory(organisation=cast.organisation)
    path = f"/api/place/{serial_of(row.pk)}"

    denied = cast.client("member").delete(path)
    unseen = cast.client("outsider").delete(path)
    response = cast.client("manager").delete(path)

    assert (denied.status_code, unseen.status_code) == (403, 404)
    assert (response.status_code, response.json()) == (200, {"id": serial_of(row.pk)})
    assert not Location.objects.filter(pk=row.pk).exists()


def test_it_runs_once_for_an_idempotency_key(cast: Cast) -> None:
    client = cast.client("manager")
    headers = {"Idempotency-Key": f"h2-{timezone.now():%s}"}

    first, second = (
        client.post("/api/Place", {"title": "Turku"}, headers=headers) for _ in "12"
    )

    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert Location.objects.filter(name="Turku").count() == 1
