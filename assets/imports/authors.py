"""Who wrote what a file holds: members, by their usernames."""

from config.api.errors import Refusal
from organisations.imports import Cells, Terms
from organisations.models import Membership, User
from organisations.permissions import Permission
from organisations.services.access import access_to


class Authors:
    """The members of an organisation by username.

    Whoever loads a file writes in the name of others only with the permission to
    delete what they wrote.
    """

    def __init__(self, terms: Terms) -> None:
        self.actor = terms.actor
        members = Membership.objects.of(terms.organisation).select_related("user")
        self.known = {member.user.username: member.user for member in members}
        access = access_to(terms.actor, terms.organisation.pk)
        self.may_name_others = Permission.MANAGE_FLEETS in access.permissions

    def find(self, cells: Cells, key: str = "author") -> User:
        """Return the person that a cell of a row names, else whoever loads it."""
        username = cells.text(key)
        if not username or username == self.actor.username:
            return self.actor
        if not self.may_name_others:
            sentence = f"To write in the name of others needs {_NEEDED}."
            raise Refusal("missing_permission", sentence, field=key)
        if username not in self.known:
            sentence = f"'{username}' is no member."
            raise Refusal("invalid_body", sentence, field=key)
        return self.known[username]


_NEEDED = Permission.MANAGE_FLEETS.value
