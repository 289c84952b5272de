"""Files of licences, with the seats that assets and people have of them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet

from assets.imports import references
from config.api.errors import Refusal
from licensing.imports.columns import differing, read_columns
from licensing.imports.finding import NamedAssets, People
from licensing.kinds import ReferenceKind
from licensing.models import Allocation, Licence
from licensing.services.licences import (
    MatchDraft,
    RoleDraft,
    create_licence,
    save_matches,
    save_roles,
    update_licence,
)
from licensing.services.references import Wanted, ensure_references
from licensing.services.seats import Seat, allocate
from organisations.imports import (
    Cells,
    Column,
    Key,
    Note,
    Outcome,
    Record,
    RowLoader,
    Terms,
    joined,
    listed,
    number_and_label,
    numbered_label,
    parted,
)
from organisations.names import normalise_name

# What a row sets as it stands.
PLAIN = (
    *("name", "type", "count", "tenant_id", "tenant_name", "manufacturer", "vendor"),
    *("distributor", "product_sku", "vendor_product_sku", "third_party_product"),
    *("purchase_price", "price", "monthly_price", "monthly_cost", "billing_cycle"),
    *("term_duration", "autorenew", "start_date", "end_date", "requested_quantity"),
    *("requested_quantity_date", "status", "is_active", "notes"),
)
KEYS = (
    Key("name", ("name", "licencename", "licensename", "itemname", "software")),
    Key("product_sku", ("productsku", "sku", "productcode", "partnumber")),
    Key("type", ("licencetype", "licensetype", "type"), type="integer"),
    Key("count", ("count", "seats", "quantity", "licences", "licenses"), "integer"),
    Key("location", ("location", "locationname", "site", "sitename")),
    Key("tenant_id", ("tenantid",)),
    Key("tenant_name", ("tenantname", "tenant")),
    Key("manufacturer", ("manufacturer", "manufacturername", "publisher", "maker")),
    Key("vendor", ("vendor", "vendorname")),
    Key("distributor", ("distributor", "reseller")),
    Key("supplier_id", ("supplierid",)),
    Key("supplier_name", ("suppliername", "supplier")),
    Key("vendor_product_sku", ("vendorproductsku", "vendorsku")),
    Key("third_party_product", ("thirdpartyproduct",)),
    Key("purchase_price", ("purchaseprice", "purchasecost")),
    Key("price", ("price",)),
    Key("monthly_price", ("monthlyprice",)),
    Key("monthly_cost", ("monthlycost",)),
    Key("billing_cycle", ("billingcycle",)),
    Key("term_duration", ("termduration", "term")),
    Key("autorenew", ("autorenew", "autorenewal"), type="boolean"),
    Key("start_date", ("startdate", "validfrom")),
    Key("end_date", ("enddate", "expirationdate", "expirydate", "expires", "validto")),
    Key("requested_quantity", ("requestedquantity",), type="integer"),
    Key("requested_quantity_date", ("requestedquantitydate",)),
    Key("parent", ("parent", "parentname", "parentlicence")),
    Key("status", ("status", "licencestatus")),
    Key("is_active", ("isactive", "active"), type="boolean"),
    Key("notes", ("notes", "note", "comments", "description")),
    Key("roles", ("roles", "licenceroles")),
    Key("matches", ("matches", "licencematch")),
    Key("allocations", ("allocations", "allocatedto", "devices", "assets")),
    Key("users", ("users", "usernames", "username", "checkedouttousername")),
)
IDENTIFIERS = ("licencekey", "licensekey", "productkey")


class LicenceLoader(RowLoader[Licence]):
    """Loads the rows of one file as licences.

    One is found by its name, and by its product code where the row and the licence
    have one. The second row of a name is the second licence of it, so that an export
    can be loaded again.
    """

    finder: type[NamedAssets] = NamedAssets

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        super().__init__(terms, columns, unique)
        self.locations = references.locations(terms)
        self.assets = self.finder(terms.organisation)
        self.people = People(terms.organisation)
        self.met: set[int] = set()

    @property
    def notes(self) -> list[Note]:
        """Tell which locations were made."""
        made = self.locations.made
        message = f"Locations made: {listed(made)}."
        return [Note("locations_made", message, len(made))] if made else []

    def load(self, records: Sequence[Record]) -> list[Outcome]:
        """Find what the rows name before any is written: a row may be taken back."""
        rows = [Cells(record, self.columns) for record in records]
        self.assets.find_all(
            text for cells in rows for text in parted(cells.text("allocations"))
        )
        for place in sorted({cells.text("location") for cells in rows} - {""}):
            self.locations.find(place)
        return super().load(records)

    def find(self, cells: Cells) -> Licence | None:
        """Return the likeliest licence that no earlier row meant."""
        sku = cells.text("product_sku")
        if self.terms.match == "product_sku":
            alike = self._of(product_sku=sku) if sku else []
        else:
            alike = self._of(normalised_name=normalise_name(cells.text("name")))
            alike = [one for one in alike if not sku or one.product_sku in {"", sku}]
        free = [one for one in alike if one.pk not in self.met]
        return min(free, key=lambda one: (one.product_sku != sku, one.pk), default=None)

    def create(self, cells: Cells) -> Licence:
        """Make a licence and give its seats."""
        values = self._values(cells)
        licence = create_licence(
            organisation=self.terms.organisation, values=values, actor=self.terms.actor
        )
        return self._with_parts(licence, cells)

    def update(self, row: Licence, cells: Cells) -> Licence:
        """Change a licence; seats that the row does not name stay taken."""
        values = differing(row, self._values(cells))
        licence = update_licence(licence=row, values=values, actor=self.terms.actor)
        return self._with_parts(licence, cells)

    def state(self, row: Licence) -> Mapping[str, object]:
        """Return the licence with what hangs on it."""
        whole = with_parts(Licence.objects.all()).get(pk=row.pk)
        parts = dict(zip(PARTS, parts_of(whole), strict=True))
        return {**whole.recorded(), **parts}

    def _of(self, **known: Any) -> list[Licence]:
        rows = Licence.objects.of(self.terms.organisation).present()
        return list(rows.filter(**known).order_by("pk"))

    def _values(self, cells: Cells) -> dict[str, Any]:
        values = read_columns(cells, Licence, PLAIN)
        if text := cells.text("location"):
            found = self.locations.find(text)
            if isinstance(found, Refusal):
                raise Refusal(found.code, found.message, field="location")
            values["location"] = found
        if text := cells.text("parent"):
            values["parent"] = self._parent(text)
        if cells.filled("supplier_id", "supplier_name"):
            values["supplier"] = self._supplier(cells)
        return values

    def _parent(self, text: str) -> Licence:
        found = self._of(normalised_name=normalise_name(text))
        if len(found) != 1:
            found = self._of(product_sku=text) or found
        if len(found) == 1:
            return found[0]
        reason = f"There is no licence '{text}'; its row must stand above."
        if found:
            reason = f"{len(found)} licences are called '{text}'."
        raise Refusal("licence_invalid", reason, field="parent")

    def _supplier(self, cells: Cells) -> Any:
        number = cells.typed("supplier_id", "integer") or 0
        label = cells.text("supplier_name")
        blamed = "supplier_id" if number else "supplier_name"
        one = Wanted(ReferenceKind.SUPPLIER, number, label, blamed)
        found = ensure_references(
            organisation=self.terms.organisation, wanted=[one], actor=self.terms.actor
        )
        return found.get(one.key)

    def _with_parts(self, licence: Licence, cells: Cells) -> Licence:
        actor = self.terms.actor
        if roles := parted(cells.text("roles")):
            with blaming("roles"):
                save_roles(licence, [RoleDraft(name=one) for one in roles], actor=actor)
        if matches := parted(cells.text("matches")):
            told = [number_and_label(one) for one in matches]
            drafts = [MatchDraft(type=type_, text=text) for type_, text in told]
            with blaming("matches"):
                save_matches(licence, drafts, actor=actor)
        for key, seats in (
            ("allocations", self._seats_of_assets(licence, cells)),
            ("users", self._seats_of_people(licence, cells)),
        ):
            if seats:
                allocate(seats, actor=actor, field=key)
        self.met.add(licence.pk)
        return licence

    def _seats_of_assets(self, licence: Licence, cells: Cells) -> list[Seat]:
        named = parted(cells.text("allocations"))
        assets = [self.assets.need(one, field="allocations") for one in named]
        return [Seat(licence.pk, asset_id=asset.pk) for asset in assets]

    def _seats_of_people(self, licence: Licence, cells: Cells) -> list[Seat]:
        named = parted(cells.text("users"))
        people = [self.people.need(one, field="users") for one in named]
        return [Seat(licence.pk, user_id=key) for key in people]


@contextmanager
def blaming(key: str) -> Iterator[None]:
    """Let the cell of a key be at fault, whatever a service calls it."""
    try:
        yield
    except Refusal as refusal:
        said = [one for them in refusal.errors.values() for one in them]
        errors = {key: said or [refusal.message]}
        raise Refusal(refusal.code, refusal.message, errors=errors) from refusal


PARTS = ("roles", "matches", "allocations", "users")


def with_parts(licences: "QuerySet[Licence, Licence]") -> "QuerySet[Licence, Licence]":
    """Read what hangs on licences along with them."""
    return licences.prefetch_related(
        "roles", "matches", "allocations__asset", "allocations__user"
    )


def parts_of(licence: Licence) -> tuple[str, str, str, str]:
    """Return what hangs on a licence as its cells: roles, matches and both seats."""
    seats = sorted(licence.allocations.all(), key=lambda one: one.pk)
    matches = ((one.pk, one.type, one.text) for one in licence.matches.all())
    return (
        joined(one.name for one in sorted(licence.roles.all(), key=lambda one: one.pk)),
        joined(numbered_label(type_, text) for _, type_, text in sorted(matches)),
        joined(_number(one) for one in seats if one.asset and not one.asset.deleted_at),
        joined(one.user.username for one in seats if one.user),
    )


def _number(seat: Allocation) -> str:
    return seat.asset.formatted_number if seat.asset else ""
