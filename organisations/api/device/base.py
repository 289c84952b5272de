"""The device API's views, knowing organisations."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from rest_framework.request import Request

from config.api.device.elements import Element, Problems
from config.api.device.pairs import Pair
from config.api.device.views import DeviceViewSet
from config.api.kept import kept_rows
from config.api.keyed import ShownRow
from config.api.rows import Page, columns_of
from organisations.api.authentication import (
    SessionAuthentication,
    TokenAuthentication,
    check_scope,
)
from organisations.api.idempotency import KeyClaim, claim_key
from organisations.models import Location, Organisation, User
from organisations.querysets import Sight, TenantQuerySet
from organisations.services import rows
from organisations.services.access import access_to, sight_of


def own_organisations(user: User) -> Any:
    """Return the organisations that a body may name."""
    return Organisation.objects.enabled().visible_to(user)


def own_locations(user: User) -> Any:
    """Return the locations that a body may name."""
    return Location.objects.visible_to(user)


def own_people(user: User) -> Any:
    """Return the people that a body may name, with what they are members of."""
    return User.objects.visible_to(user).prefetch_related("memberships")


def is_member(person: User, organisation_id: int) -> bool:
    """Tell whether a person is a member of an organisation."""
    memberships = person.memberships.all()
    return any(one.organisation_id == organisation_id for one in memberships)


CLIENT = Pair(
    "client",
    "organisation",
    "Client",
    own_organisations,
    required="A client is required.",
    within=False,
)
SITE = Pair("site", "location", "Site", own_locations)
PERSON = Pair(
    "user",
    "user",
    "User",
    own_people,
    name_key="username",
    name_column="username",
    belongs=is_member,
)


class RegisterViewSet(DeviceViewSet):
    """A resource of the register.

    Making, changing and deleting call the generic row service; override `perform_*`
    where a resource has a service of its own.
    """

    authentication_classes = [TokenAuthentication, SessionAuthentication]
    pairs: ClassVar[Sequence[Pair]] = (CLIENT,)
    # Whether a GET of one row reads the columns that it shows, and no others.
    reads_what_it_shows: ClassVar[bool] = False

    @property
    def actor(self) -> User:
        """The person the request acts as."""
        user: User = self.request.user  # type: ignore[assignment]
        return user

    @cached_property
    def sight(self) -> Sight:
        """What the caller sees."""
        return sight_of(self.actor)

    def visible(self, rows: "models.QuerySet[Any, Any]") -> Any:
        """Narrow rows to those that the caller sees."""
        if isinstance(rows, TenantQuerySet):
            return rows.within(self.sight)
        return super().visible(rows)

    def row_of(self, key: Any) -> Any:
        """Find the row in one query, whose SQL is kept, where what it shows will do."""
        if self.action != "retrieve" or not self.reads_what_it_shows:
            return super().row_of(key)
        rows, columns = type(self).queryset, columns_of(self.serializer_class)
        found = kept_rows(_seen, key, self.actor.pk, rows=rows, columns=columns)
        if not found:
            raise self.not_found(key)
        return ShownRow(self.serializer_class, Page(columns, found))

    def refuse_scope(self, request: Request) -> None:
        """Refuse what the token's scope does not cover."""
        check_scope(request, self.area)

    def claim_key(self, request: Request) -> KeyClaim | None:
        """Claim the request's idempotency key, if it has one."""
        return claim_key(request)

    def require(self, organisation_id: int, permission: str) -> None:
        """Refuse who lacks the permission in the organisation."""
        access_to(self.actor, organisation_id).require(permission)

    def find_rows(self, elements: Sequence[Element], problems: Problems) -> None:
        """Give each element its row, and a new one the caller's only organisation."""
        super().find_rows(elements, problems)
        if CLIENT not in self.pairs:
            return
        silent = [one for one in elements if one.is_new and not names_client(one)]
        if not silent:
            return
        own = list(own_organisations(self.actor)[:2])
        if len(own) == 1:
            for element in silent:
                element.values["organisation"] = own[0]

    def perform_create(self, values: Mapping[str, Any]) -> Any:
        """Make the row."""
        row = self.get_queryset().model(**values)
        return rows.create(row, actor=self.actor)

    def perform_update(self, row: Any, values: Mapping[str, Any]) -> Any:
        """Change the row, as it is once nobody else is changing it."""
        return rows.update(rows.locked(row), values, actor=self.actor)

    def perform_destroy(self, row: Any) -> None:
        """Delete the row unless it is in use."""
        rows.delete(row, actor=self.actor)


def _seen(
    serial: int, user_id: int, *, rows: Any, columns: tuple[str, ...]
) -> "models.QuerySet[Any, Any]":
    """Select the row with a serial among those that a person sees."""
    found = rows.visible_to(User(pk=user_id)).filter(id__serial=serial)
    return found.order_by().values_list(*columns)  # type: ignore[no-any-return]


def names_client(element: Element) -> bool:
    """Tell whether an element says whose its row is to be."""
    members = (CLIENT.id_member, CLIENT.name_member)
    return any(element.body.get(member) not in (None, "", 0, "0") for member in members)
