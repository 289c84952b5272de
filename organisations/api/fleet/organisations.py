"""Organisations, and the roles that their members have."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.fields import (
    DescriptionString,
    NameString,
    ObjectOrId,
    SnowflakeString,
)
from config.api.rows import Page, PageField, Read, build, columns_of
from organisations.api.fleet.base import FleetSerializer, IdOf, RegisterViewSet
from organisations.api.fleet.people import PersonField
from organisations.models import Organisation, Role
from organisations.permissions import Permission
from organisations.services import roles
from organisations.services.grants import lock_rights
from organisations.services.organisations import (
    create_organisation,
    update_organisation,
)


class RoleRow(FleetSerializer):
    """A role as every member sees it: what it is called, not what it allows."""

    id = SnowflakeString(read_only=True)
    organisation_id = IdOf("organisation")
    name = NameString(min_length=2, max_length=20)
    description = DescriptionString(max_length=1000, required=False)

    class Meta:
        model = Role
        fields: Any = ("id", "organisation_id", "name", "description")


class RoleSerializer(RoleRow):
    """A role with what it allows."""

    permissions = serializers.ListField(
        child=serializers.ChoiceField(Permission.choices),
        max_length=len(Permission),
        required=False,
    )

    class Meta(RoleRow.Meta):
        fields = (*RoleRow.Meta.fields, "permissions")


class RoleViewSet(RegisterViewSet):
    """Roles; nobody grants what they lack."""

    queryset = Role.objects.select_related("organisation")
    serializer_class = RoleSerializer
    read_permission = write_permission = Permission.MANAGE_ROLES
    path = "roles"

    def lock_row(self) -> None:
        """Lock rights before the row, in the order in which services do."""
        lock_rights(self.row.organisation)
        super().lock_row()

    def perform_create(self, serializer: Any) -> Role:
        """Make the role."""
        return roles.create_role(
            organisation=self.access.organisation,
            values=serializer.validated_data,
            actor=self.actor,
        )

    def perform_update(self, serializer: Any) -> Role:
        """Change the role."""
        return roles.update_role(
            role=self.row, values=serializer.validated_data, actor=self.actor
        )

    def perform_destroy(self, row: Role) -> None:
        """Delete the role unless a member has it."""
        roles.delete_role(role=row, actor=self.actor)


@extend_schema_field(RoleRow(many=True))
class RolesField(PageField):
    """The roles of each organisation on the page, in one query."""

    columns = ("id",)

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Read the roles of all organisations."""
        wanted = page.distinct(f"{prefix}id")
        columns = columns_of(RoleRow)
        rows = Role.objects.filter(organisation__in=wanted).values_list(*columns)
        nested = Page(columns, list(rows))
        shown: dict[int, list[Any]] = {key: [] for key in wanted}
        owners = nested.values("organisation_id")
        roles = build(RoleRow, nested, "", nested.rows)
        for owner, role in zip(owners, roles, strict=True):
            shown[owner].append(role)
        key = page.reader(f"{prefix}id")
        return lambda row: shown[key(row)]


class OrganisationSerializer(FleetSerializer):
    """An organisation."""

    id = SnowflakeString(read_only=True)
    name = NameString(min_length=2, max_length=100)
    description = DescriptionString(max_length=1000, required=False)
    owner = PersonField("owner")
    roles = RolesField()
    default_prefix_id = IdOf("default_prefix")

    class Meta:
        model = Organisation
        fields = (
            "id",
            "name",
            "description",
            "owner",
            "roles",
            "default_prefix_id",
            "created_at",
            "updated_at",
        )


class OrganisationChanges(serializers.Serializer[Any]):
    """What of an organisation can change."""

    name = NameString(min_length=2, max_length=100, required=False)
    description = DescriptionString(max_length=1000, required=False)
    owner = ObjectOrId(source="owner_id", required=False)
    default_prefix_id = ObjectOrId(required=False)


class OrganisationViewSet(RegisterViewSet):
    """Organisations: founded by anybody, run by those who manage them."""

    queryset = Organisation.objects.all()
    serializer_class = OrganisationSerializer
    write_permission = Permission.MANAGE_ORGANISATION
    path = "organisations"
    missing: ClassVar[tuple[str, str]] = (
        "not_found",
        "The organisation does not exist.",
    )

    def authorise(self, request: Request) -> None:
        """Let everybody found one."""
        if "id" in self.kwargs:
            super().authorise(request)

    def organisation_of(self, row: Organisation) -> int:
        """Return its own id."""
        return int(row.pk)

    def perform_create(self, serializer: Any) -> Organisation:
        """Found the organisation, with the caller as its owner."""
        return create_organisation(
            owner=self.actor, actor=self.actor, **serializer.validated_data
        )

    @extend_schema(request=OrganisationChanges)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change what the body names."""
        changes = OrganisationChanges(data=request.data, partial=True)
        changes.is_valid(raise_exception=True)
        organisation = update_organisation(
            organisation=self.row, values=changes.validated_data, actor=self.actor
        )
        return Response(self.shown(organisation))


class OwnOrganisationsViewSet(RegisterViewSet):
    """The organisations that the caller is a member of."""

    queryset = Organisation.objects.all()
    serializer_class = OrganisationSerializer

    def authorise(self, request: Request) -> None:
        """Let everybody read their own."""

    def listed(self) -> Any:
        """Return those of the caller."""
        return Organisation.objects.enabled().visible_to(self.actor)
