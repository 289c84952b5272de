"""What owns, who may, and what happened."""

from organisations.models.fleet import Fleet, FleetShare
from organisations.models.history import Change
from organisations.models.idempotency import IdempotencyKey
from organisations.models.import_run import ImportRun
from organisations.models.location import Location, SubLocation
from organisations.models.organisation import Membership, Organisation, Role
from organisations.models.prefix import Prefix
from organisations.models.subscription import Subscription
from organisations.models.token import PersonalToken
from organisations.models.user import User

__all__ = [
    "Change",
    "Fleet",
    "FleetShare",
    "IdempotencyKey",
    "ImportRun",
    "Location",
    "Membership",
    "Organisation",
    "PersonalToken",
    "Prefix",
    "Role",
    "SubLocation",
    "Subscription",
    "User",
]
