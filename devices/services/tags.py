"""The next tag of a series, told without taking it."""

from dataclasses import dataclass

from assets.models import AssetType
from config.api.errors import Refusal
from organisations.models import Organisation, Prefix
from organisations.models.prefix import LARGEST_NUMBER


@dataclass(frozen=True, slots=True)
class Tags:
    """The last tag that was given out, empty before the first, and the next one."""

    last_tag: str
    next_tag: str


def tags_of(*, organisation: Organisation, kind: AssetType | None = None) -> Tags:
    """Tell the tags of the type's series, or of the organisation's.

    Reading reserves nothing. Raise `prefix_invalid` where no series can be used.
    """
    key = kind.prefix_id if kind and kind.prefix_id else organisation.default_prefix_id
    prefix = Prefix.objects.of(organisation).filter(pk=key, enabled=True).first()
    if prefix is None or prefix.last_number >= LARGEST_NUMBER:
        sentence = "There is no series of numbers that can be used."
        raise Refusal("prefix_invalid", sentence, field="assettype_id")
    last = prefix.last_number
    return Tags(
        last_tag=prefix.formatted(last) if last else "",
        next_tag=prefix.formatted(last + 1),
    )
