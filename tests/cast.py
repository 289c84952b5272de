"""The people of the tests, and the organisation they stand in different relation to.

| who | is |
|---|---|
| owner | owns the organisation |
| manager | member with MANAGE_FLEETS, MANAGE_EQUIPMENT and MANAGE_LOCATIONS |
| member | member without a role |
| outsider | owner of another organisation |
| staff | member with MANAGE_FLEETS who may enter the back office |
| anonymous | nobody |
"""

from copy import deepcopy
from dataclasses import dataclass

from rest_framework.test import APIClient

from organisations.models import Membership, Organisation, Role, User
from organisations.permissions import Permission
from organisations.services.organisations import create_organisation
from organisations.services.tokens import create_token
from tests.factories.organisations import UserFactory

MANAGING = [
    Permission.MANAGE_FLEETS,
    Permission.MANAGE_EQUIPMENT,
    Permission.MANAGE_LOCATIONS,
]


@dataclass(frozen=True)
class Cast:
    """Everybody, and the two organisations."""

    organisation: Organisation
    other: Organisation
    owner: User
    manager: User
    member: User
    outsider: User
    staff: User
    tokens: dict[str, str]

    def client(self, who: str) -> APIClient:
        """Return an API client that carries a token of that person, if it is one."""
        client = APIClient()
        if who != "anonymous":
            client.credentials(**self.header(who))
        return client

    def header(self, who: str) -> dict[str, str]:
        """Return the header that carries a token of the person."""
        if who not in self.tokens:
            token = create_token(user=getattr(self, who), name="tests")
            self.tokens[who] = token.text
        return {"HTTP_AUTHORIZATION": f"Bearer {self.tokens[who]}"}

    @property
    def path(self) -> str:
        """The path of the organisation's collections."""
        return f"/api/organisations/{self.organisation.pk}"


ROLES = ("owner", "manager", "member", "outsider", "staff", "anonymous")


def assemble() -> Cast:
    """Make the people, the organisations and the memberships."""
    owner = UserFactory(username="owner", first_name="Aino", last_name="Salo")
    outsider = UserFactory(username="outsider")
    organisation = create_organisation(name="Suomen Vaunu", owner=owner)
    other = create_organisation(name="Baltic Wagons", owner=outsider)
    role = Role.objects.create(
        organisation=organisation, name="managers", permissions=MANAGING
    )
    people = {
        name: UserFactory(username=name, is_staff=name == "staff")
        for name in ("manager", "member", "staff")
    }
    for name, user in people.items():
        membership = Membership.objects.create(organisation=organisation, user=user)
        if name != "member":
            membership.roles.add(role)
    people |= {"owner": owner, "outsider": outsider}
    cast = Cast(organisation, other, tokens={}, **people)
    for name in people:
        cast.header(name)
    return cast


class Troupe:
    """The people of all tests: made once, and again where they are gone.

    A test that commits empties the database behind it. Who is made again inside a
    transaction is remembered as long as that lasts: nobody is made twice in it.
    """

    def __init__(self) -> None:
        self._cast = assemble()

    def on_stage(self) -> Cast:
        """Return everybody, fresh for whoever asks."""
        if not User.objects.filter(pk=self._cast.owner.pk).exists():
            self._cast = assemble()
        return deepcopy(self._cast)
