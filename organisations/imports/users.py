"""How files of members are loaded: people, their roles, where they are at home."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from config.api.errors import Refusal
from organisations.imports import references
from organisations.imports.catalogue import Finder, Once, PlainResource, key
from organisations.imports.exporting import CHUNK, as_cell, refuse_filter, told_apart
from organisations.imports.loading import Cells, RowLoader
from organisations.imports.locations import names_of
from organisations.imports.references import References, meant
from organisations.imports.texts import joined, parted
from organisations.imports.words import Column, Export, Key, Note, Terms, listed
from organisations.models import Membership, Organisation, Role, User
from organisations.permissions import Permission
from organisations.services import rows
from organisations.services.members import invite_member, update_member

# What a person tells of themselves once the account is open.
OWN = ("first_name", "last_name", "phone_number", "company", "position")


class MemberLoader(RowLoader[Membership]):
    """Loads the rows of one file as members.

    Whoever is no member is invited by address, as the API does it. The username and
    the names of the file are for accounts that nobody has opened; others keep theirs.
    """

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        super().__init__(terms, columns, unique)
        members = Membership.objects.of(terms.organisation).select_related("user")
        texts = {
            "username": lambda member: str(member.user.username),
            "email": lambda member: str(member.user.email),
        }
        self.members: Finder[Membership] = Finder("member", texts, members)
        self.once = Once("person")
        self.roles = roles_of(terms)
        self.locations = references.locations(terms)
        self.kept: list[str] = []

    @property
    def notes(self) -> list[Note]:
        """Tell what was made, and whose names were left as they are."""
        notes = []
        for kind, made in (
            ("roles", self.roles.made),
            ("locations", self.locations.made),
        ):
            if made:
                message = f"{kind.capitalize()} made: {listed(made)}."
                notes.append(Note(f"{kind}_made", message, len(made)))
        if self.kept:
            message = (
                "People tell their own names once their account is open; not taken "
                f"from the file: {listed(self.kept)}."
            )
            notes.append(Note("names_kept", message, len(self.kept)))
        return notes

    def find(self, cells: Cells) -> Membership | None:
        """Return the member of that username, else of that address."""
        words = (self.terms.match,) if self.terms.match else ("username", "email")
        for word, text in cells.filled(*words).items():
            found = self.members.find({word: text}, {})
            if found is not None:
                self.once.note(found, cells.record, word)
                return found
        return None

    def create(self, cells: Cells) -> Membership:
        """Invite the person; give an account that nobody has opened its names."""
        email = cells.text("email")
        if not email:
            sentence = "Who is no member yet is invited by an address."
            raise Refusal("invalid_body", sentence, field="email")
        values = self._values(cells)
        is_known = User.objects.filter(email=email.lower()).exists()
        member = invite_member(
            organisation=self.terms.organisation,
            email=email,
            role_ids=values.pop("role_ids", ()),
            actor=self.terms.actor,
        ).membership
        if not is_known:
            rows.update(member.user, _names(cells), actor=self.terms.actor)
        if values:
            member = update_member(
                membership=member, values=values, actor=self.terms.actor
            )
        self.members.keep(member)
        self.once.note(member, cells.record)
        return member

    def update(self, row: Membership, cells: Cells) -> Membership:
        """Change roles and home, and the names of an account that nobody has opened."""
        self._name(row, cells)
        values = self._values(cells)
        if not values:
            return row
        return update_member(membership=row, values=values, actor=self.terms.actor)

    def state(self, row: Membership) -> Mapping[str, object]:
        """Return the columns, the roles and what the person is called."""
        person = User.objects.get(pk=row.user_id)
        held = row.roles.order_by("pk").values_list("name", flat=True)
        names = {name: getattr(person, name) for name in ("username", *OWN)}
        return {**row.recorded(), **names, "roles": joined(held)}

    def _name(self, row: Membership, cells: Cells) -> None:
        person = rows.locked(row.user)
        named = cells.filled(*OWN)
        if {name: getattr(person, name) for name in named} == named:
            return
        is_ours = not Membership.objects.filter(user=person).exclude(pk=row.pk).exists()
        if person.may_accept and is_ours:
            rows.update(person, named, actor=self.terms.actor)
        else:
            self.kept.append(person.username)

    def _values(self, cells: Cells) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if names := parted(cells.text("roles")):
            found = [meant(self.roles.find(name), "roles") for name in names]
            values["role_ids"] = [role.pk for role in found]
        if home := cells.text("home_location"):
            location = meant(self.locations.find(home), "home_location")
            values["location_id"] = location.pk
        return values


def _names(cells: Cells) -> dict[str, str]:
    """Return what a new person is called; nobody is told that a username is taken."""
    named = cells.filled("username", *OWN)
    if User.objects.filter(username=named.get("username", "")).exists():
        del named["username"]
    return named


def roles_of(terms: Terms) -> References[Role]:
    """Roles, by name; one that is made allows nothing."""

    def make(name: str, whole: str) -> Role:
        text = references.spoken_description(name, whole)
        return Role(organisation=terms.organisation, name=name, description=text)

    found: References[Role] = References(
        terms,
        "role",
        "invalid_body",
        make=make if "roles" in terms.missing else None,
    )
    for row in Role.objects.of(terms.organisation):
        found.know(row, [row.name])
    return found


class UserResource(PlainResource):
    """Files with a member a row."""

    name: ClassVar[str] = "users"
    keys: ClassVar[Sequence[Key]] = (
        key("username", "login", "userid"),
        key("email", "emailaddress", "mail"),
        key("first_name", "firstname", "givenname"),
        key("last_name", "lastname", "surname", "familyname"),
        key("phone_number", "phone", "telephone", "mobile"),
        key("company", "companyname", "employer"),
        key("position", "jobtitle", "title"),
        key("roles", "role", "groups"),
        key("home_location", "location", "locationname", "homelocation", "office"),
    )
    missing: ClassVar[Sequence[str]] = ("roles", "locations")
    matches: ClassVar[Sequence[str]] = ("username", "email")
    needed = Permission.MANAGE_MEMBERS
    also: ClassVar[Mapping[str, str]] = {
        "roles": Permission.MANAGE_ROLES,
        "locations": Permission.MANAGE_LOCATIONS,
    }

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> MemberLoader:
        """Make ready to load."""
        return MemberLoader(terms, columns, unique)

    def export(self, organisation: Organisation, *, filter: str = "") -> Export:
        """Return the members in the order in which they joined."""
        refuse_filter(self.name, filter)
        return Export([one.name for one in self.keys], _rows(organisation))


def _rows(organisation: Organisation) -> Iterator[list[str]]:
    names = Role.objects.of(organisation).values_list("pk", "name")
    roles = told_apart({key_: [name] for key_, name in names})
    homes = names_of(organisation)
    held: dict[int, list[str]] = {}
    links = Membership.roles.through.objects.filter(
        membership__organisation=organisation
    )
    for member, role in links.order_by("role_id").values_list(
        "membership_id", "role_id"
    ):
        held.setdefault(member, []).append(roles[role])
    members = Membership.objects.of(organisation).order_by("id")
    columns = [f"user__{name}" for name in ("username", "email", *OWN)]
    found = members.values_list("pk", "location_id", *columns)
    for key_, home, *values in found.iterator(chunk_size=CHUNK):
        own = [*map(as_cell, values)]
        yield [*own, joined(held.get(key_, [])), homes.get(home, "")]
