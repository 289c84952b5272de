"""Making assets and equipment: one at a time or by the thousand, by the same rules."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup
from assets.services.drafting import CheckConsist, check_draft
from assets.services.drafts import AssetDraft
from assets.services.membership import join
from assets.services.references import References
from config.api.errors import Refusal, all_of
from organisations.models import Organisation, Prefix, User
from organisations.services import history
from organisations.services.numbering import take_numbers
from organisations.services.subscriptions import move_seats

BATCH = 1_000
AHEAD = 10_000
NUMBER_IN_USE = "The number is in use."


@transaction.atomic
def create_assets(
    *,
    organisation: Organisation,
    drafts: Sequence[AssetDraft],
    actor: User,
    ephemerality: Ephemerality = Ephemerality.SINGLE,
) -> list[AssetGroup]:
    """Make a row of each draft, all or none (contract rows 26 and 45, C16).

    Raise the refusal of the first draft at fault; of several drafts every one at fault
    is named, keyed `[i].key`.
    """
    checked = check_assets(
        organisation=organisation, drafts=drafts, ephemerality=ephemerality
    )
    rows = [one for one in checked if isinstance(one, AssetGroup)]
    if len(rows) < len(checked):
        refused = enumerate(checked)
        raise all_of(
            {place: one for place, one in refused if isinstance(one, Refusal)},
            of=len(checked),
        )
    write_assets(organisation=organisation, rows=rows, actor=actor)
    return rows


@transaction.atomic
def check_assets(
    *,
    organisation: Organisation,
    drafts: Sequence[AssetDraft],
    ephemerality: Ephemerality = Ephemerality.SINGLE,
) -> list[AssetGroup | Refusal]:
    """Return for each draft a row ready for `write_assets`, or why it is refused.

    Reads in sets, a constant number of queries; writes nothing.
    """
    references = References.load(organisation, [one.references() for one in drafts])
    return check_against(references, drafts, ephemerality)


def check_against(
    references: References, drafts: Sequence[AssetDraft], ephemerality: Ephemerality
) -> list[AssetGroup | Refusal]:
    """Return what `check_assets` does, by what has been read for the drafts."""
    checked: list[AssetGroup | Refusal] = []
    for draft in drafts:
        try:
            checked.append(check_draft(draft, references, ephemerality))
        except Refusal as refusal:
            checked.append(refusal)
        references.next_draft(is_refused=isinstance(checked[-1], Refusal))
    _refuse_used_numbers(checked)
    return checked


@transaction.atomic
def check_group_draft(
    *,
    organisation: Organisation,
    draft: AssetDraft,
    ephemerality: Ephemerality,
    check_consist: CheckConsist,
) -> AssetGroup:
    """Return a group ready for `write_assets`, or raise why not (contract row 28)."""
    references = References.load(organisation, [draft.references()])
    group = check_draft(draft, references, ephemerality, check_consist)
    checked: list[AssetGroup | Refusal] = [group]
    _refuse_used_numbers(checked)
    if isinstance(checked[0], Refusal):
        raise checked[0]
    return group


def _refuse_used_numbers(checked: list[AssetGroup | Refusal]) -> None:
    """Refuse explicit numbers that a row of the series, or an earlier draft, has."""
    places: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, row in enumerate(checked):
        if isinstance(row, AssetGroup) and row.number and row.unique_number:
            places[row.prefix_id][row.number].append(place)
    for prefix_id, numbers in places.items():
        used = set(
            AssetGroup.objects.filter(prefix=prefix_id, number__in=list(numbers))
            .order_by()
            .values_list("number", flat=True)
        )
        for number, at in numbers.items():
            for place in at if number in used else at[1:]:
                checked[place] = Refusal("number_in_use", NUMBER_IN_USE, field="number")


@transaction.atomic
def write_assets(
    *, organisation: Organisation, rows: Sequence[AssetGroup], actor: User
) -> None:
    """Number and insert rows that `check_assets` returned, and leave their history.

    Seats of subscriptions are taken before numbers, members join their groups last.
    """
    make_ready(organisation, rows)
    try:
        with transaction.atomic(), AssetGroup.objects.inserting(rows, batch_size=BATCH):
            lines = history.lines_of_created(rows, actor=actor)
    except IntegrityError as error:
        raise Refusal("number_in_use", NUMBER_IN_USE, field="number") from error
    history.record(lines)
    _join_groups(rows, actor)


def make_ready(organisation: Organisation, rows: Sequence[AssetGroup]) -> None:
    """Give rows all that they lack to be stored but their ids."""
    now = timezone.now()
    _take_seats(organisation, rows)
    _number_rows(rows)
    for row in rows:
        row.formatted_number = row.prefix.formatted(row.number)
        row.created_at = row.updated_at = now


def _take_seats(organisation: Organisation, rows: Sequence[AssetGroup]) -> None:
    wanted = (row.subscription_id for row in rows)
    taken = Counter(key for key in wanted if key is not None)
    move_seats(organisation, taken=taken)


def _join_groups(rows: Sequence[AssetGroup], actor: User) -> None:
    joining: dict[int, tuple[AssetGroup, list[int]]] = {}
    for row in rows:
        if row.joining is not None:
            joining.setdefault(row.joining.pk, (row.joining, []))[1].append(row.pk)
    for key in sorted(joining):
        join(*joining[key], actor=actor)


def _number_rows(rows: Sequence[AssetGroup]) -> None:
    """Give the next numbers of each series to the rows without one.

    Series are taken in id order, so that two requests cannot wait for each other.
    """
    waiting: dict[int, list[AssetGroup]] = defaultdict(list)
    chosen: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if row.number:
            chosen[row.prefix_id].add(row.number)
        else:
            waiting[row.prefix_id].append(row)
    for prefix_id in sorted(waiting):
        unnumbered = waiting[prefix_id]
        free = free_numbers(unnumbered[0].prefix, len(unnumbered), chosen[prefix_id])
        for row, number in zip(unnumbered, free, strict=True):
            row.number = number


def free_numbers(prefix: Prefix, count: int, chosen: set[int]) -> list[int]:
    """Take numbers of the series, passing over those that were given out by hand.

    `chosen` are numbers that assets about to be stored will have.
    """
    free: list[int] = []
    while True:
        taken = take_numbers(prefix, count - len(free))
        used = chosen | _used(prefix, taken)
        free += [number for number in taken if number not in used]
        if len(free) == count:
            return free
        _pass_over(prefix, taken.stop, chosen)


def _used(prefix: Prefix, numbers: range) -> set[int]:
    rows = AssetGroup.objects.filter(
        prefix=prefix, number__gte=numbers.start, number__lt=numbers.stop
    )
    return set(rows.order_by().values_list("number", flat=True))


def _pass_over(prefix: Prefix, start: int, chosen: set[int]) -> None:
    """Move the series past a run of used numbers that begins at `start`."""
    ahead = chosen | _used(prefix, range(start, start + AHEAD))
    run = 0
    while run < AHEAD and start + run in ahead:
        run += 1
    if run:
        take_numbers(prefix, run)
