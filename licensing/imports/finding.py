"""The assets and people that cells name."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet

from assets.models import AssetGroup
from config.api.errors import Refusal
from licensing.models import Licence, LicenceRole
from organisations.imports import squeezed
from organisations.models import Membership, Organisation, User
from organisations.names import normalise_name

MOST_KEPT = 10_000
BATCH = 5_000


class NamedAssets:
    """Single assets of an organisation by number as it is shown, else by name.

    What was found is kept for rows to come; `forget` it after making assets.
    """

    # The likeliest first; those that are normalised are compared so.
    columns: ClassVar[tuple[str, ...]] = ("formatted_number", "normalised_name")

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.known: dict[str, AssetGroup | Refusal] = {}

    def find(self, text: str) -> AssetGroup | Refusal:
        """Return the asset that a text means, or why there is none."""
        return self.find_all([text])[text]

    def find_all(self, texts: Iterable[str]) -> dict[str, AssetGroup | Refusal]:
        """Return for each text the asset that it means, or why there is none.

        One query for each way in which texts name assets.
        """
        wanted = {*texts}
        if len(self.known) > MOST_KEPT:
            self.known.clear()
        left = wanted - self.known.keys()
        for column in self.columns:
            if not left:
                break
            found = self._by(column, left)
            self.known |= found
            left -= found.keys()
        for text in left:
            reason = f"There is no asset '{text}'."
            self.known[text] = Refusal("asset_invalid", reason)
        return {text: self.known[text] for text in wanted}

    def need(self, text: str, *, field: str) -> AssetGroup:
        """Return the asset that a text means; raise `asset_invalid` at the field."""
        found = self.find(text)
        if isinstance(found, Refusal):
            raise Refusal(found.code, found.message, field=field)
        return found

    def forget(self) -> None:
        """Read again what is asked for."""
        self.known.clear()

    @property
    def rows(self) -> "QuerySet[AssetGroup, AssetGroup]":
        """The assets that can be meant."""
        found: QuerySet[AssetGroup, AssetGroup] = (
            AssetGroup.objects.of(self.organisation).present().single()
        )
        return found.select_related("organisation")

    def _by(self, column: str, texts: Collection[str]) -> dict[str, Any]:
        """Return what texts mean by one column; several alike are refused."""
        is_normalised = "normalised_" in column
        keys = {text: normalise_name(text) if is_normalised else text for text in texts}
        groups: dict[str, list[AssetGroup]] = defaultdict(list)
        ordered = sorted({*keys.values()} - {""})
        for start in range(0, len(ordered), BATCH):
            named = {f"{column}__in": ordered[start : start + BATCH]}
            for row in _with(self.rows.filter(**named), column):
                groups[_value(row, column)].append(row)
        return {
            text: _only(groups[key], text)
            for text, key in keys.items()
            if key in groups
        }


def _with(rows: "QuerySet[Any, Any]", column: str) -> "QuerySet[Any, Any]":
    path = column.rpartition("__")[0]
    return rows.select_related("organisation", path) if path else rows


def _value(row: Any, column: str) -> str:
    for name in column.split("__"):
        row = getattr(row, name)
    return str(row)


def _only(rows: list[AssetGroup], text: str) -> AssetGroup | Refusal:
    if len(rows) == 1:
        return rows[0]
    return Refusal("asset_invalid", f"{len(rows)} assets are called '{text}'.")


class People:
    """The members of an organisation by username, else by email; read once."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.known: dict[str, list[int]] | None = None
        self.exact: dict[str, int] = {}

    def need(self, text: str, *, field: str) -> int:
        """Return the id of the member that a text means; raise `user_invalid`."""
        found = self._members().get(squeezed(text), [])
        if text in self.exact or len(found) == 1:
            return self.exact.get(text) or found[0]
        reason = f"There is no member '{text}'."
        if found:
            reason = f"{len(found)} members are called '{text}'."
        raise Refusal("user_invalid", reason, field=field)

    def need_user(self, text: str, *, field: str) -> User:
        """Return the member that a text means; raise `user_invalid` at the field."""
        found: User = User.objects.get(pk=self.need(text, field=field))
        return found

    def _members(self) -> dict[str, list[int]]:
        if self.known is None:
            people = Membership.objects.of(self.organisation).order_by("user_id")
            rows = [*people.values_list("user_id", "user__username", "user__email")]
            self.exact = {name: key for key, name, _ in rows}
            names: dict[str, list[int]] = defaultdict(list)
            emails: dict[str, list[int]] = defaultdict(list)
            for key, name, email in rows:
                names[squeezed(name)].append(key)
                emails[squeezed(email)].append(key)
            self.known = {**emails, **names}
            self.known.pop("", None)
        return self.known


class Licences:
    """The licences of an organisation by name, else by product code; read once."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation

    def need(self, text: str, *, field: str) -> int:
        """Return the id of the licence that a text means; raise `licence_invalid`."""
        found = self._names.get(squeezed(text), [])
        if len(found) != 1:
            found = self._codes.get(squeezed(text)) or found
        if len(found) == 1:
            return found[0]
        reason = f"There is no licence '{text}'."
        if found:
            reason = f"{len(found)} licences are called '{text}'."
        raise Refusal("licence_invalid", reason, field=field)

    def need_role(self, licence: int | None, text: str, *, field: str) -> int:
        """Return the id of a role of the licence; raise `licence_invalid`."""
        found = self._roles.get((licence or 0, squeezed(text)))
        if found is None:
            reason = f"The licence has no role '{text}'."
            raise Refusal("licence_invalid", reason, field=field)
        return found

    @cached_property
    def _names(self) -> dict[str, list[int]]:
        return self._by("name")

    @cached_property
    def _codes(self) -> dict[str, list[int]]:
        return self._by("product_sku")

    @cached_property
    def _roles(self) -> dict[tuple[int, str], int]:
        rows = LicenceRole.objects.of(self.organisation)
        found = rows.values_list("licence_id", "name", "pk")
        return {(licence, squeezed(name)): key for licence, name, key in found}

    def _by(self, column: str) -> dict[str, list[int]]:
        rows = Licence.objects.of(self.organisation).present()
        found: dict[str, list[int]] = defaultdict(list)
        for text, key in rows.values_list(column, "pk"):
            if text:
                found[squeezed(text)].append(key)
        return found
