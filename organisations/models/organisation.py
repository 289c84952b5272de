"""Organisations, their roles and their members."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from organisations.fields import DescriptionField, NameField
from organisations.models.base import Row, TenantRow
from organisations.models.user import User
from organisations.permissions import Permission
from organisations.querysets import MembershipQuerySet, OrganisationQuerySet


class Organisation(Row):
    """The owner of rows; everything in the register belongs to one."""

    name = NameField(max_length=100)
    description = DescriptionField()
    owner = models.ForeignKey(User, models.PROTECT, related_name="owned_organisations")
    default_prefix = models.ForeignKey(
        "organisations.Prefix",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="Numbers assets whose type names no prefix.",
    )
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OrganisationQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Row.Meta):
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def history_organisation_id(self) -> int:
        """An organisation's own changes stand in its own history."""
        return self.pk


def validate_permissions(value: object) -> None:
    """Refuse anything but a list of permission names, each named once."""
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ValidationError("Permissions are a list of names.", "invalid")
    unknown = sorted(set(value) - set(Permission.values))
    if unknown:
        raise ValidationError(f"Unknown permission: {', '.join(unknown)}.", "invalid")


class Role(TenantRow):
    """A named set of permissions that memberships hold."""

    name = NameField()
    description = DescriptionField()
    permissions = models.JSONField(
        default=list, blank=True, validators=[validate_permissions]
    )

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.name


class Membership(TenantRow):
    """A person in an organisation, with roles and a home location."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="memberships"
    )
    roles = models.ManyToManyField(Role, related_name="memberships", blank=True)
    location = models.ForeignKey(
        "organisations.Location",
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        help_text="The member's home location.",
    )
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()  # type: ignore[misc]

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *TenantRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["user", "organisation"], name="organisations_one_membership"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.organisation}"

    def clean(self) -> None:
        """Refuse a home location of another organisation (resolution 15)."""
        if self.location and self.location.organisation_id != self.organisation_id:
            raise ValidationError({"location": "The location does not exist."})
