"""Records of other systems: found by number or label, made when they are new."""

import pytest

from config.api.errors import Refusal
from licensing.kinds import ReferenceKind
from licensing.models import Reference
from licensing.services.references import Wanted, ensure_references
from tests.cast import Cast
from tests.factories.licensing import ReferenceFactory

SUPPLIER, CONTRACT = ReferenceKind.SUPPLIER, ReferenceKind.CONTRACT


def ensured(cast: Cast, *wanted: Wanted) -> list[Reference]:
    """Return the record of each."""
    found = ensure_references(
        organisation=cast.organisation, wanted=wanted, actor=cast.owner
    )
    return [found[one.key] for one in wanted]


def test_it_makes_each_record_once(cast: Cast) -> None:
    wanted = [
        Wanted(SUPPLIER, label="Ratatosk  IT"),
        Wanted(SUPPLIER, number=7, label="Seven"),
        Wanted(CONTRACT, number=7),
        Wanted(SUPPLIER, label="ratatosk it"),
        Wanted(SUPPLIER, label="Other"),
    ]
    first = ensured(cast, *wanted)
    assert [(one.kind, one.number, one.label) for one in first] == [
        ("supplier", 8, "Ratatosk  IT"),
        ("supplier", 7, "Seven"),
        ("contract", 7, ""),
        ("supplier", 8, "Ratatosk  IT"),
        ("supplier", 9, "Other"),
    ]
    assert ensured(cast, *wanted) == first
    assert Reference.objects.of(cast.organisation).count() == 4


def test_it_takes_no_record_of_another_organisation(cast: Cast) -> None:
    foreign = ReferenceFactory(organisation=cast.other, number=7, label="Theirs")
    (own,) = ensured(cast, Wanted(SUPPLIER, number=7))
    (named,) = ensured(cast, Wanted(SUPPLIER, label="Theirs"))
    assert foreign not in (own, named)
    assert {own.organisation_id, named.organisation_id} == {cast.organisation.pk}


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(SUPPLIER, label="x" * 201, member="supplier_name"),
        Wanted(SUPPLIER, label="a\x07b", member="supplier_name"),
        Wanted(SUPPLIER, number=2**31, member="supplier_name"),
        Wanted(SUPPLIER, number=-5, member="supplier_name"),
    ],
)
def test_it_refuses_what_it_cannot_keep(wanted: Wanted, cast: Cast) -> None:
    with pytest.raises(Refusal) as refused:
        ensured(cast, wanted)
    assert list(refused.value.errors) == ["supplier_name"]
