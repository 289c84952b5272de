"""Giving out the numbers of a prefix (resolutions 20 to 23)."""

from django.db.models import F

from config.api.errors import Refusal
from organisations.models import Prefix
from organisations.models.prefix import LARGEST_NUMBER


def take_numbers(prefix: Prefix, count: int) -> range:
    """Take the next numbers of the series in one statement.

    The row stays locked until the transaction ends, so a caller does this last.
    """
    raised = Prefix.objects.filter(
        pk=prefix.pk, last_number__lte=LARGEST_NUMBER - count
    ).update(last_number=F("last_number") + count)
    if not raised:
        raise Refusal("prefix_invalid", "The series has no numbers left.")
    last = Prefix.objects.values_list("last_number", flat=True).get(pk=prefix.pk)
    return range(last - count + 1, last + 1)
