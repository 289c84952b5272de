"""The history of licences as the device API words it."""

from config.api.snowflake import serial_of
from licensing.services.licences import delete_licence, update_licence
from licensing.services.seats import Seat, allocate
from organisations.models import Change
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.licensing import ReferenceFactory, make_licence
from tests.factories.organisations import LocationFactory


def test_it_words_every_kind_of_line(cast: Cast) -> None:
    own, actor = cast.organisation, cast.owner
    site = LocationFactory(organisation=own, name="Turku")
    lost = LocationFactory(organisation=own, name="Lost")
    licence = make_licence(own, count=3, location=site)
    values = {
        "count": 5,
        "location": lost,
        "supplier": ReferenceFactory(organisation=own, label="Ratatosk IT"),
        "autorenew": True,
    }
    update_licence(licence=licence, values=values, actor=actor)
    update_licence(licence=licence, values={"location": None}, actor=actor)
    gone = str(serial_of(lost.pk))
    lost.delete()
    asset = make_asset(own)
    seats = [
        Seat(licence.pk, asset_id=asset.pk),
        Seat(licence.pk, user_id=cast.member.pk),
    ]
    allocate(seats, actor=actor)
    delete_licence(licence=licence, actor=actor)
    lines = Change.objects.filter(model="licence", object_id=licence.pk).order_by("id")

    response = cast.client("member").get("/api/LicenceChange")

    item, person = serial_of(asset.pk), serial_of(cast.member.pk)
    told: list[tuple[int, str, str, str]] = [
        (0, "created", "", "Office suite"),
        (0, "count", "3", "5"),
        (0, "site", "Turku", gone),
        (0, "supplier", "", "Ratatosk IT"),
        (0, "autorenew", "false", "true"),
        (0, "site", gone, ""),
        (item, "configuration_items", "", asset.name),
        (person, "users", "", "member"),
        (item, "configuration_items", asset.name, ""),
        (person, "users", "member", ""),
        (0, "deleted", "Office suite", ""),
    ]
    expected = []
    for line, (field_id, name, old, new) in zip(lines, told, strict=True):
        row = {
            "id": serial_of(line.pk),
            "licence_id": serial_of(licence.pk),
            "field_id": field_id,
            "field_name": name,
            "old_value": old,
            "new_value": new,
            "who": "owner",
            "datetime": f"{line.at:%Y-%m-%dT%H:%M:%S}Z",
            "user_id": serial_of(cast.owner.pk),
            "user_name": "owner",
        }
        expected.append({key: value for key, value in row.items() if value != ""})
    assert response.json() == {"record_count": len(told), "changes": expected}


def test_it_searches_lines_by_the_names_that_they_show(cast: Cast) -> None:
    own, actor = cast.organisation, cast.owner
    site = LocationFactory(organisation=own, name="Turku")
    top = make_licence(own, name="Estate")
    licence = make_licence(own)
    foreign = make_licence(cast.other)
    supplier = ReferenceFactory(organisation=own, label="Ratatosk IT")
    values = {"location": site, "supplier": supplier, "parent": top}
    update_licence(licence=licence, values=values, actor=actor)
    there = LocationFactory(organisation=cast.other, name="Turku")
    update_licence(licence=foreign, values={"location": there}, actor=actor)
    client = cast.client("member")

    def found(search: str) -> list[tuple[str, str]]:
        body = client.get("/api/LicenceChange", {"search": search}).json()
        assert body["record_count"] == len(body["changes"])
        return [(one["field_name"], one["new_value"]) for one in body["changes"]]

    assert found("tURKu") == [("site", "Turku")]
    assert found("ratatosk it owner") == [("supplier", "Ratatosk IT")]
    assert found("estate") == [("created", "Estate"), ("parent", "Estate")]
    assert found("turku estate") == []
    response = client.get("/api/LicenceChange", {"search": "a " * 21})
    assert response.json() == {"search": ["At most 20 words are taken."]}
