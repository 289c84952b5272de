"""How assets are found by what is known of them as devices."""

from django.db.models import Q
from django.http import HttpRequest

from devices.models import Device
from organisations.admin.rights import desk_of
from organisations.names import normalise_name

# A shorter text begins too many serial numbers.
SHORTEST = 3
MOST_FOUND = 500


def with_serial(request: HttpRequest, term: str) -> set[int]:
    """Return the ids of assets whose serial or inventory number starts so.

    So many at most; the list of devices finds all.
    """
    key = normalise_name(term)
    if len(key) < SHORTEST:
        return set()
    found = Device.objects.staffed_by(desk_of(request).actor).filter(
        Q(normalised_serial_number__startswith=key)
        | Q(normalised_inventory_number__startswith=key)
    )
    return {*found.order_by().values_list("pk", flat=True)[:MOST_FOUND]}
