"""Records of other systems, found by number or label, and made when they are new."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from config.api.errors import Refusal, invalid
from config.api.snowflake import SERIAL_MASK
from licensing.kinds import ReferenceKind
from licensing.models import Reference
from organisations.models import Organisation, User
from organisations.names import clean_name, normalise_name
from organisations.services import history
from organisations.services.grants import lock_rights


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a body says of a record elsewhere: its number, or else its label.

    `member` is the member of the body to blame.
    """

    kind: ReferenceKind
    number: int = 0
    label: str = ""
    member: str = ""

    @property
    def key(self) -> tuple[str, int, str]:
        """What the record is known by; the number wins."""
        label = "" if self.number else normalise_name(self.label)
        return self.kind.value, self.number, label


Found = dict[tuple[str, int, str], Reference]


@transaction.atomic
def ensure_references(
    *, organisation: Organisation, wanted: Collection[Wanted], actor: User
) -> Found:
    """Return the record of each, by `Wanted.key`; those that are new are made.

    An unknown label gets the next free number of its kind (contract section 3). Call
    it before rows are locked: making records locks the organisation. Raise
    `invalid_body` for a label or number that cannot be kept.
    """
    wanted = [one for one in wanted if one.number or one.label.strip()]
    found = _find(organisation, wanted)
    if all(one.key in found for one in wanted):
        return found
    lock_rights(organisation)
    found = _find(organisation, wanted)
    missing: dict[tuple[str, int, str], Wanted] = {}
    for one in wanted:
        # Of several spellings of a label the first one counts.
        if one.key not in found:
            missing.setdefault(one.key, one)
    if missing:
        made = _make(organisation, [*missing.values()])
        history.record_created(made, actor=actor)
        found |= dict(zip(missing, made, strict=True))
    return found


def _find(organisation: Organisation, wanted: Collection[Wanted]) -> Found:
    """Read in one query for each kind; of equal labels the first made counts."""
    found: Found = {}
    kinds: dict[str, list[Wanted]] = defaultdict(list)
    for one in wanted:
        kinds[one.kind.value].append(one)
    for kind, ones in kinds.items():
        rows = Reference.objects.of(organisation).filter(kind=kind)
        numbers = [one.number for one in ones if one.number]
        labels = [one.key[2] for one in ones if not one.number]
        for row in rows.filter(number__in=numbers):
            found[kind, row.number, ""] = row
        for row in rows.filter(normalised_label__in=labels):
            found.setdefault((kind, 0, row.normalised_label), row)
    return found


def _make(organisation: Organisation, wanted: Collection[Wanted]) -> list[Reference]:
    """Insert the records; the caller holds the lock under which numbers are free."""
    last = _last_numbers(organisation, wanted)
    made = []
    for one in sorted(wanted, key=lambda one: not one.number):
        row = Reference(
            organisation=organisation,
            kind=one.kind,
            number=one.number or _next_number(one, last),
            label=clean_name(one.label),
        )
        _check(row, one)
        last[one.kind.value] = max(last.get(one.kind.value, 0), row.number)
        made.append(row)
    Reference.objects.bulk_create(made)
    order = {(row.kind, row.number): row for row in made}
    by_label = {(row.kind, normalise_name(row.label)): row for row in reversed(made)}
    return [
        order[one.kind.value, one.number]
        if one.number
        else by_label[one.kind.value, one.key[2]]
        for one in wanted
    ]


def _last_numbers(
    organisation: Organisation, wanted: Collection[Wanted]
) -> dict[str, int]:
    """Return the highest number of each kind that gets a number, in one query."""
    kinds = {one.kind.value for one in wanted if not one.number}
    rows = Reference.objects.of(organisation).filter(kind__in=kinds).order_by()
    highest = rows.values("kind").annotate(highest=Max("number"))
    return dict(highest.values_list("kind", "highest")) if kinds else {}


def _next_number(one: Wanted, last: dict[str, int]) -> int:
    number = last.get(one.kind.value, 0) + 1
    if number > SERIAL_MASK:
        sentence = "There is no free number left; give one."
        raise Refusal("invalid_body", sentence, field=one.member)
    return number


def _check(row: Reference, wanted: Wanted) -> None:
    try:
        row.clean_fields(exclude={"id", "organisation"})
    except ValidationError as error:
        member = wanted.member or wanted.kind.value
        raise invalid({member: [*error.messages]}) from error
