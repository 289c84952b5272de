"""What hangs on licences, and licences that come back."""

from typing import Any

import pytest

from config.api.errors import Refusal
from licensing.models import Licence, LicenceMatch, LicenceRole
from licensing.services.licences import (
    MatchDraft,
    RoleDraft,
    delete_licence,
    restore_licence,
    save_matches,
    save_roles,
)
from organisations.models import Change
from tests.cast import Cast
from tests.factories.licensing import make_licence


def test_it_adds_and_changes_roles(cast: Cast) -> None:
    licence = make_licence(cast.organisation)
    drafts = [RoleDraft(name="Reader"), RoleDraft(name="Writer", note="may write")]
    reader, writer = save_roles(licence, drafts, actor=cast.owner)
    again = RoleDraft(name=" Reader ", note="may read")
    save_roles(licence, [again], actor=cast.owner)
    rows = LicenceRole.objects.of_licence(licence).order_by("id")
    assert list(rows.values_list("pk", "name", "note")) == [
        (reader.pk, "Reader", "may read"),
        (writer.pk, "Writer", "may write"),
    ]


def test_it_adds_each_match_once(cast: Cast) -> None:
    licence = make_licence(cast.organisation)
    drafts = [
        MatchDraft(text="Writer"),
        MatchDraft(text="Writer", type=1),
        MatchDraft(text="Writer"),
    ]
    plain, _, same = save_matches(licence, drafts, actor=cast.owner)
    assert plain == same
    rows = LicenceMatch.objects.of_licence(licence).order_by("id")
    assert list(rows.values_list("type", "text")) == [(0, "Writer"), (1, "Writer")]


def test_it_refuses_unknown_parts(cast: Cast) -> None:
    licence = make_licence(cast.organisation)
    with pytest.raises(Refusal) as refused:
        save_roles(licence, [RoleDraft(name="Reader", id=5)], actor=cast.owner)
    assert list(refused.value.errors) == ["licence_roles"]
    with pytest.raises(Refusal) as refused:
        save_matches(licence, [MatchDraft(text="Writer", id=5)], actor=cast.owner)
    assert list(refused.value.errors) == ["licence_match"]
    for name in ("", "a\x00b", "x" * 201):
        with pytest.raises(Refusal) as refused:
            save_roles(licence, [RoleDraft(name=name)], actor=cast.owner)
        assert list(refused.value.errors) == ["licence_roles"]


def test_it_lists_what_a_person_may_see(cast: Cast) -> None:
    above = make_licence(cast.organisation, name="Suite")
    below = make_licence(cast.organisation, name="Writer", parent=above)
    off = make_licence(cast.organisation, name="Old suite", is_active=False)
    make_licence(cast.other, name="Suite")
    seen = Licence.objects.visible_to(cast.member)
    assert list(seen.under(above.pk)) == [above, below]
    assert list(seen.matching("SUITE")) == [above, off]
    assert list(seen.in_force()) == [above, below]
    counted: Any = seen.filter(pk=above.pk).with_seats()
    assert list(counted.values_list("in_use", "available")) == [(0, 10)]


def test_it_brings_a_deleted_licence_back(cast: Cast) -> None:
    licence = make_licence(cast.organisation)
    delete_licence(licence=licence, actor=cast.owner)
    assert not Licence.objects.present().filter(pk=licence.pk).exists()
    for _ in range(2):
        restore_licence(licence=licence, actor=cast.owner)
    assert Licence.objects.present().filter(pk=licence.pk).exists()
    told = Change.objects.filter(model="licence", object_id=licence.pk)
    actions = list(told.order_by("id").values_list("action", flat=True))
    assert actions == ["created", "deleted", "restored"]
