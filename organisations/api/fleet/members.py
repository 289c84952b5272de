"""Members of an organisation."""

from collections import defaultdict
from typing import Any, ClassVar

from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.errors import Refusal
from config.api.fields import ObjectOrId, SnowflakeString
from config.api.rows import Page, PageField, Read
from organisations.api.fleet.base import FleetSerializer, IdOf, RegisterViewSet
from organisations.api.fleet.filters import MemberFilter
from organisations.api.fleet.people import PersonField
from organisations.models import Membership
from organisations.permissions import Permission
from organisations.services import members
from organisations.services.grants import lock_rights

MOST_ROLES = 100
TIME = serializers.DateTimeField()


@extend_schema_field(serializers.ListField(child=SnowflakeString()))
class RoleIdsField(PageField):
    """The ids of each member's roles, in one query a page."""

    columns = ("id",)

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Read the roles of all members."""
        links = Membership.roles.through.objects.filter(
            membership__in=page.distinct(f"{prefix}id")
        )
        held = defaultdict[int, list[str]](list)
        for member_id, role_id in links.order_by("role_id").values_list(
            "membership_id", "role_id"
        ):
            held[member_id].append(str(role_id))
        key = page.reader(f"{prefix}id")
        return lambda row: held.get(key(row), [])


class MemberSerializer(FleetSerializer):
    """A member: who, with which roles, since when, at home where."""

    user = PersonField("user")
    roles = RoleIdsField()
    location_id = IdOf("location")

    class Meta:
        model = Membership
        fields: Any = ("user", "roles", "joined_at", "location_id")


@extend_schema_field(serializers.EmailField())
class AddressField(PageField):
    """The member's address."""

    columns = ("user__email",)

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Take it from the person."""
        return page.reader(f"{prefix}user__email")


class ManagedMemberSerializer(MemberSerializer):
    """A member, as those see them who manage members: with the address."""

    email = AddressField()

    class Meta(MemberSerializer.Meta):
        fields = (*MemberSerializer.Meta.fields, "email")


class NewMemberSerializer(ManagedMemberSerializer):
    """A new member, with the link that the inviter passes on."""

    link = serializers.URLField(read_only=True)
    link_expires_at = serializers.DateTimeField(read_only=True)

    class Meta(ManagedMemberSerializer.Meta):
        fields = (*ManagedMemberSerializer.Meta.fields, "link", "link_expires_at")


class InvitationSerializer(serializers.Serializer[Any]):
    """Who to make a member."""

    email = serializers.EmailField(max_length=254)
    roles = serializers.ListField(
        child=ObjectOrId(), max_length=MOST_ROLES, source="role_ids", required=False
    )


class MemberChanges(serializers.Serializer[Any]):
    """What of a member can change."""

    roles = serializers.ListField(
        child=ObjectOrId(), max_length=MOST_ROLES, source="role_ids", required=False
    )
    location_id = ObjectOrId(allow_null=True, required=False)


class MemberViewSet(RegisterViewSet):
    """The members of the organisation in the path, each found by the person's id."""

    queryset = Membership.objects.select_related("organisation")
    serializer_class = MemberSerializer
    filterset_class = MemberFilter
    write_permission = Permission.MANAGE_MEMBERS
    shown_once = frozenset({"link"})
    ordering_fields: ClassVar = {
        "joined_at": "joined_at",
        "user/firstname": "user__normalised_first_name",
        "user/lastname": "user__normalised_last_name",
    }
    missing: ClassVar[tuple[str, str]] = ("not_found", "There is no such member.")

    def authorise(self, request: Request) -> None:
        """Check the caller's standing first: who is no member learns of none.

        Those who manage members read their addresses too.
        """
        super().authorise(request)
        if Permission.MANAGE_MEMBERS in self.access.permissions:
            self.serializer_class = ManagedMemberSerializer
        if "user_id" in self.kwargs:
            self.row = self.find_row()

    def find_row(self) -> Membership:
        """Return the member, or refuse."""
        found: Membership | None = (
            self.listed().filter(user=self.path_id("user_id")).first()
        )
        if found is None:
            raise Refusal(*self.missing)
        return found

    def lock_row(self) -> None:
        """Lock rights before the row, in the order in which services do."""
        lock_rights(self.row.organisation)
        super().lock_row()

    @property
    def needed_permission(self) -> str | None:
        """The permission of the action; leaving needs membership alone."""
        if self.action == "destroy" and self.path_id("user_id") == self.actor.pk:
            return None
        return super().needed_permission

    @extend_schema(request=InvitationSerializer, responses={201: NewMemberSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make somebody a member and answer the link to pass on, known or not."""
        wanted = InvitationSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        made = members.invite_member(
            organisation=self.access.organisation,
            actor=self.actor,
            **wanted.validated_data,
        )
        page = reverse("invitation", kwargs={"token": made.token})
        answer = {
            **self.shown(made.membership),
            "link": request.build_absolute_uri(page),
            "link_expires_at": TIME.to_representation(made.expires_at),
        }
        headers = {
            "Location": self.location_of(made.membership),
            "Cache-Control": "no-store",
        }
        return Response(answer, status=status.HTTP_201_CREATED, headers=headers)

    @extend_schema(request=MemberChanges)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change roles and home location."""
        changes = MemberChanges(data=request.data, partial=True)
        changes.is_valid(raise_exception=True)
        membership = members.update_member(
            membership=self.row, values=changes.validated_data, actor=self.actor
        )
        return Response(self.shown(membership))

    def perform_destroy(self, row: Membership) -> None:
        """Remove the member, or let them leave."""
        members.remove_member(membership=row, actor=self.actor)

    def location_of(self, row: Membership) -> str:
        """Return the path of a member."""
        names = {"organisation_id": str(row.organisation_id)}
        return reverse("member", kwargs={**names, "user_id": str(row.user_id)})
