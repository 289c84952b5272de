"""Which names a custom field may have (contract 3.3)."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError

from organisations.names import clean_name

WRITABLE = {
    "name": "name",
    "description": "description",
    "fleetid": "fleet_id",
    "locationid": "location_id",
    "sublocationid": "sub_location_id",
    "statusid": "status_id",
    "typeid": "type_id",
    "active": "active",
    "groupid": "group_id",
    "subscriptionid": "subscription_id",
}
READ_ONLY = frozenset(
    {"id", "organisationid", "number", "prefixid", "formattednumber", "position"}
)
RESERVED = (
    WRITABLE.keys()
    | READ_ONLY
    | {
        "type",
        "status",
        "location",
        "sublocation",
        "fleet",
        "group",
        "fields",
        "assets",
        "ephemerality",
        "zone",
        "zones",
        "log",
        "logs",
        "value",
        "units",
        "createdat",
        "updatedat",
        "createdby",
        "updatedby",
        "removed",
        "null",
        "true",
        "false",
        "not",
        "and",
        "or",
    }
)


def bare_name(name: str) -> str:
    """Return the name without case, spaces, `_` and `-`: how built-ins are matched."""
    return re.sub(r"[\s_\-]", "", name.casefold())


def field_name_key(name: str) -> str:
    """Return the form in which field names are unique within an organisation."""
    return clean_name(name).casefold()


def looks_like_number(name: str) -> bool:
    """Tell whether the name could be read as a number, in any script or notation."""
    try:
        Decimal(unicodedata.normalize("NFKC", name).strip())
    except InvalidOperation:
        return False
    return True


def validate_field_name(name: str) -> None:
    """Refuse names that could be taken for an id, a keyword or a built-in."""
    if name.startswith("$"):
        raise ValidationError("A field name does not start with $.", "reserved")
    if looks_like_number(name):
        raise ValidationError("A field name is not a number.", "reserved")
    if bare_name(name) in RESERVED:
        raise ValidationError(f"'{name}' is a reserved name.", "reserved")
