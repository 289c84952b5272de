"""No one grants what they lack; what people may do changes one at a time."""

from collections.abc import Collection

from config.api.errors import Refusal
from organisations.models import Organisation, User
from organisations.permissions import Permission
from organisations.services.access import access_to
from organisations.services.rows import locked


def lock_rights(organisation: Organisation) -> Organisation:
    """Wait until nobody else changes who may do what in the organisation.

    Returns the organisation as it is then; the lock lasts until the transaction ends.
    """
    return locked(organisation)


def check_grant(
    permissions: Collection[str],
    *,
    organisation: Organisation,
    actor: User | None,
    is_operator: bool = False,
) -> None:
    """Raise `missing_permission` for permissions that the actor does not hold.

    Call it under `lock_rights`: the actor's own may have just been taken away. An
    operator of the register, in the back office, grants anything.
    """
    if is_operator or not permissions:
        return
    held: Collection[str] = ()
    if actor is not None:
        held = access_to(actor, organisation.pk).permissions
    lacking = [name for name in Permission.values if name in {*permissions} - {*held}]
    if lacking:
        sentence = f"You cannot grant what you lack: {', '.join(lacking)}."
        raise Refusal("missing_permission", sentence)
