"""Devices, licences and their seats through the device API, beside a model of them."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from config.api.snowflake import serial_of
from tests.cast import Cast
from tests.factories.assets import AssetTypeFactory
from tests.factories.organisations import OrganisationFactory
from tests.fuzz.machines import body_of, chosen, names, run, some

MOST = 6
ASSET, LICENCE = "/api/Asset", "/api/SoftwareLicence"
FULL = {"add_configuration_items": ["No licences available."]}


@dataclass
class Modelled:
    """How many seats a licence has, and which devices have one."""

    name: str
    count: int
    seats: list[int] = field(default_factory=list)


class DeviceMachine(RuleBasedStateMachine):
    """Does what clients of the device API do."""

    def __init__(self, cast: Cast) -> None:
        super().__init__()
        organisation = OrganisationFactory(owner=cast.owner)
        self.own = {"client_id": serial_of(organisation.pk)}
        self.kind = serial_of(AssetTypeFactory(organisation=organisation).pk)
        self.client = cast.client("owner")
        self.devices: dict[int, str] = {}
        self.licences: dict[int, Modelled] = {}

    def post(self, path: str, *rows: dict[str, Any]) -> Any:
        """Send rows, and return the answer."""
        return self.client.post(path, [*rows])

    @precondition(lambda self: len(self.devices) < MOST)
    @rule(notes=names)
    def install(self, notes: str) -> None:
        """Make a device."""
        row = {**self.own, "assettype_id": self.kind, "notes": notes}
        self.devices[body_of(self.post(ASSET, row), 201)["id"]] = notes

    @precondition(lambda self: self.devices)
    @rule(device=some, notes=names)
    def note(self, device: int, notes: str) -> None:
        """Change what is noted of a device."""
        key = chosen([*self.devices], device)
        body_of(self.post(ASSET, {"id": key, "notes": notes}), 201)
        self.devices[key] = notes

    @precondition(lambda self: len(self.licences) < MOST)
    @rule(name=names, count=st.integers(0, 3))
    def buy(self, name: str, count: int) -> None:
        """Make a licence with so many seats."""
        row = {**self.own, "name": name, "count": count}
        made = body_of(self.post(LICENCE, row))
        self.licences[made["id"]] = Modelled(name, count)

    @precondition(lambda self: self.licences)
    @rule(licence=some, name=names)
    def rename(self, licence: int, name: str) -> None:
        """Rename a licence, which changes no seat."""
        key = chosen([*self.licences], licence)
        body_of(self.post(LICENCE, {"id": key, "name": name}))
        self.licences[key].name = name

    @precondition(lambda self: self.licences and self.devices)
    @rule(licence=some, devices=st.lists(some, min_size=1, max_size=4))
    def seat(self, licence: int, devices: list[int]) -> None:
        """Give devices seats: all of them, or none where there are too few."""
        key = chosen([*self.licences], licence)
        model = self.licences[key]
        wanted = [*dict.fromkeys(chosen([*self.devices], one) for one in devices)]
        items = [{"id": one} for one in wanted]
        answer = self.post(LICENCE, {"id": key, "add_configuration_items": items})
        new = [one for one in wanted if one not in model.seats]
        if new and len(model.seats) + len(new) > model.count:
            assert body_of(answer, 400) == FULL
            return
        body_of(answer)
        model.seats += new

    @precondition(lambda self: self.devices)
    @rule(device=some)
    def scrap(self, device: int) -> None:
        """Delete a device, which gives its seats back."""
        key = chosen([*self.devices], device)
        body_of(self.client.delete(f"{ASSET}/{key}"))
        del self.devices[key]
        for model in self.licences.values():
            if key in model.seats:
                model.seats.remove(key)
        assert self.client.get(f"{ASSET}/{key}").status_code == 404

    @precondition(lambda self: self.licences)
    @rule(licence=some)
    def end(self, licence: int) -> None:
        """Delete a licence."""
        key = chosen([*self.licences], licence)
        body_of(self.client.delete(f"{LICENCE}/{key}"))
        del self.licences[key]

    @invariant()
    def licences_know_their_seats(self) -> None:
        """Every licence counts its seats, and names the devices that have them."""
        for key, model in self.licences.items():
            shown = body_of(self.client.get(f"{LICENCE}/{key}?includedetails=true"))
            assert (shown["name"], shown["count"]) == (model.name, model.count)
            assert shown["licences_in_use"] == len(model.seats)
            assert shown["licences_available"] == model.count - len(model.seats)
            items = {one["id"] for one in shown["configuration_items"]}
            assert items == {*model.seats}

    @invariant()
    def devices_are_listed_as_they_are(self) -> None:
        """The list has the devices that are there, and nothing else."""
        client = self.own["client_id"]
        query: dict[str, Any] = {
            "client_id": client,
            "pageinate": "true",
            "page_size": 50,
        }
        listed = body_of(self.client.get(ASSET, {**query, "page_no": 1}))
        assert listed["record_count"] == len(self.devices)
        assert {one["id"] for one in listed["assets"]} == {*self.devices}

    def teardown(self) -> None:
        """Read every device at the end, with its notes."""
        for key, notes in self.devices.items():
            shown = body_of(self.client.get(f"{ASSET}/{key}?includedetails=true"))
            assert shown["notes"] == notes


def test_it_keeps_devices_licences_and_seats_as_clients_leave_them(cast: Cast) -> None:
    run(DeviceMachine, cast)
