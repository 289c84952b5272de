"""Assets, their logs and their groups through the fleet API, beside a model of them."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from assets.models import AssetField, FieldType
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
)
from tests.factories.organisations import OrganisationFactory
from tests.fuzz.machines import body_of, chosen, names, run, some

MOST = 8


@dataclass
class Modelled:
    """What an asset should show, and its logs from the first to the last."""

    values: dict[str, Any]
    amount: float | None = None
    logs: list[str] = field(default_factory=list)


class FleetMachine(RuleBasedStateMachine):
    """Does what clients of the fleet API do."""

    def __init__(self, cast: Cast) -> None:
        super().__init__()
        organisation = OrganisationFactory(owner=cast.owner)
        own = {"organisation": organisation}
        self.field: AssetField = AssetFieldFactory(**own, type=FieldType.DECIMAL)
        self.kind = str(AssetTypeFactory(**own, with_fields=[self.field]).pk)
        self.statuses = [str(AssetStatusFactory(**own).pk) for _ in range(2)]
        self.client = cast.client("owner")
        self.at = f"/api/organisations/{organisation.pk}"
        self.assets: dict[str, Modelled] = {}
        self.groups: dict[str, list[str]] = {}
        self.gone: list[str] = []

    @precondition(lambda self: len(self.assets) < MOST)
    @rule(name=names, description=names, status=st.none() | some)
    def create(self, name: str, description: str, status: int | None) -> None:
        """Make an asset."""
        body: dict[str, Any] = {
            "name": name,
            "description": description,
            "status_id": None if status is None else chosen(self.statuses, status),
        }
        sent = {**body, "type_id": self.kind}
        made = body_of(self.client.post(f"{self.at}/assets", sent), 201)
        self.assets[made["id"]] = Modelled({**body, "active": True})

    @precondition(lambda self: self.assets)
    @rule(
        asset=some,
        changed=st.fixed_dictionaries(
            {}, optional={"name": names, "description": names, "active": st.booleans()}
        ),
    )
    def change(self, asset: int, changed: dict[str, Any]) -> None:
        """Change some members of an asset, or none."""
        key = chosen([*self.assets], asset)
        body_of(self.client.patch(f"/api/assets/{key}", changed))
        self.assets[key].values.update(changed)

    @precondition(lambda self: self.assets)
    @rule(changed=st.dictionaries(some, names, max_size=4), is_wrong=st.booleans())
    def change_many(self, changed: dict[int, str], is_wrong: bool) -> None:
        """Rename several at once; a body with a wrong row changes nothing."""
        named = {chosen([*self.assets], one): name for one, name in changed.items()}
        if not named:
            return
        body: list[Any] = [{"id": key, "name": name} for key, name in named.items()]
        if is_wrong:
            refused = self.client.patch(f"{self.at}/assets", [*body, {"id": "1"}])
            assert refused.status_code in {400, 404}, refused.content
            return
        body_of(self.client.patch(f"{self.at}/assets", body))
        for key, name in named.items():
            self.assets[key].values["name"] = name

    @precondition(lambda self: self.assets)
    @rule(asset=some, amount=st.none() | st.integers(-(10**6), 10**6))
    def measure(self, asset: int, amount: int | None) -> None:
        """Give the custom field a value, or take it away."""
        key = chosen([*self.assets], asset)
        value = None if amount is None else amount / 100
        sent = {str(self.field.pk): value}
        body_of(self.client.patch(f"/api/assets/{key}/fields", sent))
        self.assets[key].amount = value

    @precondition(lambda self: self.assets)
    @rule(asset=some, text=names)
    def log(self, asset: int, text: str) -> None:
        """Write a log, which will be listed first."""
        key = chosen([*self.assets], asset)
        path = f"/api/assetgroups/{key}/logs"
        body_of(self.client.post(path, {"log": text}), 201)
        self.assets[key].logs.insert(0, text)

    @precondition(lambda self: self.assets)
    @rule(asset=some)
    def delete(self, asset: int) -> None:
        """Delete an asset, which leaves its groups."""
        key = chosen([*self.assets], asset)
        answer = self.client.delete(f"/api/assets/{key}")
        assert answer.status_code in {200, 204}, answer.content
        del self.assets[key]
        self.gone.append(key)
        for members in self.groups.values():
            if key in members:
                members.remove(key)

    @precondition(lambda self: self.assets and len(self.groups) < MOST)
    @rule(members=st.lists(some, min_size=1, max_size=4))
    def couple(self, members: list[int]) -> None:
        """Make a temporary group, each member once."""
        keys = [*dict.fromkeys(chosen([*self.assets], one) for one in members)]
        body = {"ephemerality": 1, "consist_asset_group_ids": keys}
        made = body_of(self.client.post(f"{self.at}/asset-groups", body), 201)
        self.groups[made["id"]] = keys

    @precondition(lambda self: self.groups and self.assets)
    @rule(group=some, asset=some, position=st.integers(0, 4))
    def add(self, group: int, asset: int, position: int) -> None:
        """Add an asset at a position, unless it is there or the group ends before."""
        key, what = chosen([*self.groups], group), chosen([*self.assets], asset)
        members = self.groups[key]
        path = f"/api/assetgroups/{key}/assets/{what}"
        answer = self.client.put(path, {"position": position})
        if what not in members and position > len(members):
            assert body_of(answer, 400)["code"] == "order_out_of_range"
            return
        body_of(answer)
        if what not in members:
            members.insert(position, what)

    @precondition(lambda self: any(self.groups.values()))
    @rule(group=some, member=some)
    def remove(self, group: int, member: int) -> None:
        """Take an asset out of a group."""
        key = chosen([one for one, members in self.groups.items() if members], group)
        what = chosen(self.groups[key], member)
        answer = self.client.delete(f"/api/assetgroups/{key}/assets/{what}")
        assert answer.status_code in {200, 204}, answer.content
        self.groups[key].remove(what)

    @precondition(lambda self: self.gone)
    @rule(asset=some)
    def miss(self, asset: int) -> None:
        """Find nothing where an asset was deleted."""
        path = f"/api/assets/{chosen(self.gone, asset)}"
        assert self.client.get(path).status_code == 404
        refused = body_of(self.client.patch(path, {"name": "Sm9"}), 400)
        assert refused["code"] == "asset_not_found"
        body_of(self.client.delete(path), 404)

    @invariant()
    def assets_are_listed_as_they_are(self) -> None:
        """The list has each asset once, oldest first, with its newest values."""
        listed = body_of(self.client.get(f"{self.at}/assets"))
        assert [one["id"] for one in listed] == [*self.assets]
        for row, model in zip(listed, self.assets.values(), strict=True):
            status = row["status"] and row["status"]["id"]
            shown = {name: row[name] for name in ("name", "description", "active")}
            assert {**shown, "status_id": status} == model.values
            value = row["fields"].get(str(self.field.pk), {"value": None})["value"]
            assert value == model.amount

    @invariant()
    def groups_hold_their_members_in_order(self) -> None:
        """The list has each group once, with its members at their positions."""
        listed = body_of(self.client.get(f"{self.at}/asset-groups"))
        held = {
            row["id"]: [one["asset"]["id"] for one in row["assets"]] for row in listed
        }
        assert held == self.groups

    def teardown(self) -> None:
        """Read the logs at the end; no other rule changes them."""
        for key, model in self.assets.items():
            logs = body_of(self.client.get(f"/api/assetgroups/{key}/logs"))
            assert [one["log"] for one in logs] == model.logs


def test_it_keeps_assets_groups_and_logs_as_clients_leave_them(cast: Cast) -> None:
    run(FleetMachine, cast)
