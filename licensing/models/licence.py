"""Licences, the seats they give, and what else hangs on them."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from assets.models import Asset
from licensing.fields import (
    AmountField,
    MomentField,
    NotesField,
    NumberField,
    PlainField,
)
from licensing.kinds import ReferenceKind
from licensing.models.reference import Reference
from licensing.querysets import AllocationQuerySet, LicenceQuerySet, OfLicence
from organisations.fields import NameField
from organisations.models import Location, User
from organisations.models.base import NamedRow, TenantRow

FULL = "No licences available."
OWN = ("location", "supplier", "parent")


class Licence(NamedRow):
    """A right to use software, with so many seats (contract section 3).

    Written through the licence services only, which keep the counts of taken seats
    true and leave history.
    """

    unrecorded: ClassVar[frozenset[str]] = NamedRow.unrecorded | {
        "assets_in_use",
        "users_in_use",
    }

    name = NameField(max_length=200, min_length=1)
    type = NumberField()
    count = NumberField(help_text="How many seats there are.")
    location = models.ForeignKey(
        Location, models.PROTECT, related_name="+", null=True, blank=True
    )
    tenant_id = PlainField()
    tenant_name = PlainField()
    manufacturer = PlainField()
    vendor = PlainField()
    distributor = PlainField()
    supplier = models.ForeignKey(
        Reference, models.PROTECT, related_name="+", null=True, blank=True
    )
    product_sku = PlainField()
    vendor_product_sku = PlainField()
    third_party_product = PlainField()
    purchase_price = AmountField()
    price = AmountField()
    monthly_price = AmountField()
    monthly_cost = AmountField()
    billing_cycle = PlainField()
    term_duration = PlainField()
    autorenew = models.BooleanField(default=False)
    start_date = MomentField()
    end_date = MomentField()
    requested_quantity = NumberField()
    requested_quantity_date = MomentField()
    parent = models.ForeignKey(
        "self", models.SET_NULL, related_name="children", null=True, blank=True
    )
    status = PlainField()
    is_active = models.BooleanField(default=True)
    deleted = models.BooleanField(default=False, editable=False)
    notes = NotesField()
    assets_in_use = models.PositiveIntegerField(default=0, editable=False)
    users_in_use = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = LicenceQuerySet.as_manager()  # type: ignore[misc]

    class Meta(NamedRow.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *NamedRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(count__gte=F("assets_in_use") + F("users_in_use")),
                name="licensing_licence_seats",
                violation_error_code="seats_taken",
                violation_error_message="More seats than that are taken.",
            ),
        ]
        indexes: ClassVar = [
            *NamedRow.Meta.indexes,
            models.Index(fields=["organisation", "id"], name="licensing_licence_list"),
            models.Index(
                fields=["organisation", "end_date"], name="licensing_licence_end"
            ),
        ]

    @property
    def seats_in_use(self) -> int:
        """How many seats assets and people have taken."""
        return self.assets_in_use + self.users_in_use

    @property
    def seats_available(self) -> int:
        """How many seats are left."""
        return max(0, self.count - self.seats_in_use)

    def clean(self) -> None:
        """Refuse rows of other organisations, and to be one's own ancestor."""
        errors = {}
        for name in OWN:
            other = getattr(self, name)
            if other is not None and other.organisation_id != self.organisation_id:
                errors[name] = f"The {name} does not exist."
        if self.supplier and self.supplier.kind != ReferenceKind.SUPPLIER:
            errors["supplier"] = "The supplier does not exist."
        if self.start_date and self.end_date and self.end_date < self.start_date:
            errors["end_date"] = "It ends before it begins."
        if "parent" not in errors and self._is_own_ancestor():
            errors["parent"] = "A licence cannot be under itself."
        if errors:
            raise ValidationError(errors)

    def _is_own_ancestor(self) -> bool:
        seen: set[int] = set()
        above: int | None = self.parent_id
        while above is not None and self.pk is not None:
            if above == self.pk:
                return True
            if above in seen:
                return False
            seen.add(above)
            rows = Licence.objects.filter(pk=above).values_list("parent_id", flat=True)
            above = rows.first()
        return False


class Allocation(TenantRow):
    """A seat of a licence, which an asset or a person has.

    Written through the seat services only, under a lock of the licence.
    """

    licence = models.ForeignKey(
        Licence, models.CASCADE, related_name="allocations", db_index=False
    )
    asset = models.ForeignKey(
        Asset, models.CASCADE, related_name="seats", null=True, blank=True
    )
    user = models.ForeignKey(
        User, models.CASCADE, related_name="seats", null=True, blank=True
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, blank=True
    )

    objects = AllocationQuerySet.as_manager()  # type: ignore[misc]

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *TenantRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["licence", "asset"],
                condition=Q(asset__isnull=False),
                name="licensing_seat_of_asset",
            ),
            models.UniqueConstraint(
                fields=["licence", "user"],
                condition=Q(user__isnull=False),
                name="licensing_seat_of_user",
            ),
            models.CheckConstraint(
                condition=Q(asset__isnull=False, user__isnull=True)
                | Q(asset__isnull=True, user__isnull=False),
                name="licensing_seat_of_one",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "id"], name="licensing_seat_list"),
            models.Index(fields=["licence", "id"], name="licensing_seat_licence"),
        ]

    def __str__(self) -> str:
        return f"{self.licence} for {self.asset or self.user}"


class LicenceRole(TenantRow):
    """A role under which software of a licence is used."""

    licence = models.ForeignKey(
        Licence, models.CASCADE, related_name="roles", db_index=False
    )
    name = NameField(max_length=200, min_length=1)
    note = NotesField()

    objects = OfLicence.as_manager()  # type: ignore[misc]

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *TenantRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["licence", "name"], name="licensing_role_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LicenceMatch(TenantRow):
    """A text by which installed software is known to need a licence."""

    licence = models.ForeignKey(
        Licence, models.CASCADE, related_name="matches", db_index=False
    )
    type = NumberField()
    text = NameField(max_length=200, min_length=1)

    objects = OfLicence.as_manager()  # type: ignore[misc]

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["id"]
        verbose_name_plural = "licence matches"
        constraints: ClassVar = [
            *TenantRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["licence", "type", "text"], name="licensing_match_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text
