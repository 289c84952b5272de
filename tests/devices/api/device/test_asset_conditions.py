"""`order` and `advanced_search` of GET /Asset, by members that no one column holds."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from assets.models import FieldType
from config.api.snowflake import serial_of
from devices.api.device.asset_members import MEMBERS
from devices.services.drafts import DeviceDraft, Linked
from devices.services.saving import save_device
from devices.words import MEMBERS as RECORDS
from licensing.kinds import ReferenceKind
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetTypeFactory,
    EnumValueFactory,
    make_asset,
)
from tests.factories.groups import make_group
from tests.factories.organisations import LocationFactory

VALUES = {
    FieldType.ENUM: ("green", "blue"),
    FieldType.BOOLEAN: (True, False),
    FieldType.DECIMAL: (2.5, 10),
    FieldType.TEXT: ("Örn", "alku"),
    FieldType.DATE: ("2026-03-01", "2025-12-31"),
    FieldType.DATETIME: ("2026-03-01T10:00:00Z", "2026-03-01T09:00:00.5Z"),
    FieldType.DURATION: (90, 60),
    FieldType.URL: ("https://b.example/", "https://a.example/"),
}


@dataclass
class Register:
    """Two assets with everything, and one with nothing, called A, B and C."""

    cast: Cast
    names: dict[int, str] = field(default_factory=dict)
    fields: dict[FieldType, int] = field(default_factory=dict)
    sites: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        own = {"organisation": self.cast.organisation}
        fields = [AssetFieldFactory(**own, type=kind) for kind in VALUES]
        self.fields = {one.type: serial_of(one.pk) for one in fields}
        words = [
            EnumValueFactory(field=fields[0], value=text) for text in ("green", "blue")
        ]
        kind = AssetTypeFactory(**own, with_fields=fields)
        self.sites = [LocationFactory(**own, name=name) for name in ("Turku", "Oulu")]
        for place, name in enumerate("AB"):
            said = [values[place] for values in VALUES.values()]
            said[0] = str(words[place].pk)
            pairs = zip(fields, said, strict=True)
            asset = make_asset(
                self.cast.organisation,
                type_id=kind.pk,
                location_id=self.sites[place].pk,
                fields={str(one.pk): value for one, value in pairs},
            )
            number = 2 - place
            records = {
                one.kind: [Linked(number, f"{one.kind.value} {number}", line=number)]
                for one in RECORDS
            }
            records[ReferenceKind.SERVICE].append(Linked(3, "Mail"))
            draft = DeviceDraft({"inventory_number": f"NB-{number}"}, records)
            save_device(asset, draft, actor=self.cast.owner)
            self.names[serial_of(asset.pk)] = name
        bare = make_asset(self.cast.organisation, name="Kettu")
        self.names[serial_of(bare.pk)] = "C"

    def found(self, query: dict[str, Any]) -> str:
        """Return the names of what a list shows, in its order."""
        response = self.cast.client("member").get("/api/Asset", query)
        assert response.status_code == 200, (query, response.content)
        return "".join(self.names[row["id"]] for row in response.json()["assets"])

    def where(self, name: str, operator: int, value: Any) -> str:
        """Return the names of what a condition leaves."""
        one = {"filter_name": name, "filter_type": operator, "filter_value": value}
        return self.found({"advanced_search": json.dumps([one])})


@pytest.fixture
def register(cast: Cast) -> Register:
    """Return the three assets."""
    return Register(cast)


def test_it_orders_by_every_member_that_is_worked_out(register: Register) -> None:
    found = {
        name: tuple(
            register.found({"order": name, "orderdesc": word})
            for word in ("false", "true")
        )
        for name in MEMBERS
    }

    # A place sorts by its id.
    expected = dict.fromkeys(MEMBERS, ("CBA", "ABC")) | {"site_id": ("CAB", "BAC")}
    assert found == expected


def test_it_compares_records_of_other_systems(register: Register) -> None:
    found = []
    for one in RECORDS:
        found += [
            register.where(one.number, 0, 2),
            register.where(one.number, 1, 2),
            register.where(one.number, 2, "1"),
            register.where(one.number, 3, 2),
            register.where(one.number, 7, None),
            register.where(one.number, 8, None),
        ]
    assert found == ["A", "BC", "A", "BC", "C", "AB"] * len(RECORDS)

    found = []
    labels = [one for one in RECORDS if one.label]
    for one in labels:
        text = f"{one.kind.value} 2".upper()
        found += [
            register.where(str(one.label), 0, text),
            register.where(str(one.label), 1, text),
            register.where(str(one.label), 4, one.kind.value),
            register.where(str(one.label), 5, " 2"),
            register.where(str(one.label), 7, ""),
        ]
    assert found == ["A", "BC", "AB", "BC", "C"] * len(labels)


def test_it_compares_tags_places_and_key_fields(register: Register) -> None:
    cast, site = register.cast, register.sites[0]
    cases = [
        (("inventory_number", 0, "nb-2"), "A"),
        (("inventory_number", 6, "nb"), "AB"),
        (("inventory_number", 5, "nb"), "C"),
        (("inventory_number", 7, None), ""),
        (("site_id", 0, serial_of(site.pk)), "A"),
        (("site_id", 1, serial_of(site.pk)), "BC"),
        (("site_id", 7, None), "C"),
        (("site_name", 4, "URK"), "A"),
        (("key_field", 0, "GREEN"), "A"),
        (("key_field2", 0, "false"), "B"),
        (("key_field3", 4, ".5"), "A"),
        (("key_field3", 8, ""), "AB"),
    ]
    assert [register.where(*case) for case, _ in cases] == [names for _, names in cases]

    bare = make_asset(cast.organisation)
    register.names[serial_of(bare.pk)] = "D"
    make_group(cast.organisation, bare, location_id=site.pk)
    assert register.where("site_id", 0, serial_of(site.pk)) == "AD"


def test_it_compares_custom_fields_of_every_type(register: Register) -> None:
    cases: dict[FieldType, list[tuple[int, Any, str]]] = {
        FieldType.ENUM: [
            (0, "GREEN", "A"),
            (1, "green", "BC"),
            (4, "l", "B"),
            (0, "x", ""),
        ],
        FieldType.BOOLEAN: [(0, True, "A"), (0, "FALSE", "B"), (1, "true", "BC")],
        FieldType.DECIMAL: [
            (0, "2.50", "A"),
            (2, 2.5, "B"),
            (3, "10", "A"),
            (4, ".5", "A"),
        ],
        FieldType.TEXT: [
            (0, "öRN", "A"),
            (6, "AL", "B"),
            (5, "ö", "BC"),
            (2, "b", "A"),
        ],
        FieldType.DATE: [(0, "2026-03-01", "A"), (3, "2026-01-01T00:00:00Z", "B")],
        FieldType.DATETIME: [
            (0, "2026-03-01T12:00:00+02:00", "A"),
            (2, "2026-03-01T09:00:00Z", "AB"),
            (3, "2026-03-01T09:00:01Z", "B"),
        ],
        FieldType.DURATION: [(0, 60, "B"), (1, 60, "AC"), (2, 60, "A")],
        FieldType.URL: [(4, "B.EXAMPLE", "A")],
    }
    for kind, key in register.fields.items():
        name = f"field_{key}"
        for operator, value, expected in cases[kind]:
            assert register.where(name, operator, value) == expected, (kind, operator)
        assert register.where(name, 7, "") == "C"
        assert register.where(name, 8, "") == "AB"


def test_it_names_conditions_that_mean_nothing(register: Register) -> None:
    client = register.cast.client("outsider")
    number = f"field_{register.fields[FieldType.DECIMAL]}"
    foreign = json.dumps([{"filter_name": number, "filter_type": 0, "filter_value": 1}])
    response = client.get("/api/Asset", {"advanced_search": foreign})
    unknown = ["[0].filter_name names no member of the list."]
    assert (response.status_code, response.json()) == (
        400,
        {"advanced_search": unknown},
    )

    wrong = [
        {"filter_name": "bookmarked", "filter_type": 0, "filter_value": True},
        {"filter_name": number, "filter_type": 0, "filter_value": "x"},
        {"filter_name": "supplier_id", "filter_type": 0, "filter_value": "99999999999"},
        {"filter_name": "site_id", "filter_type": 2, "filter_value": "5"},
    ]
    for one in wrong:
        response = register.cast.client("member").get(
            "/api/Asset", {"advanced_search": json.dumps([one])}
        )
        assert response.status_code == 400, one
        assert list(response.json()) == ["advanced_search"]
