"""Lines of history that are written by hand."""

from datetime import UTC, datetime

import pytest

from config.api.errors import Refusal
from devices.services.notes import Note, add_note, update_note
from organisations.models import Change
from tests.cast import Cast
from tests.factories.assets import make_asset

AT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def test_it_marks_what_is_written_by_hand(cast: Cast) -> None:
    asset = make_asset(cast.organisation)
    note = Note("battery", "old", "new", who="The workshop", at=AT)
    change = add_note(asset, note, actor=cast.owner)
    change.refresh_from_db()
    assert (change.action, change.model, change.object_id) == (
        "noted",
        "assetgroup",
        asset.pk,
    )
    assert (change.field, change.old, change.new) == ("battery", "old", "new")
    assert (change.who, change.user, change.at) == ("The workshop", cast.owner, AT)
    assert add_note(asset, Note(), actor=cast.owner).who == "owner"


def test_it_alters_only_what_is_written_by_hand(cast: Cast) -> None:
    asset = make_asset(cast.organisation)
    change = add_note(asset, Note("battery"), actor=cast.owner)
    update_note(change, Note("wheel", new_value="new"), actor=cast.owner)
    change.refresh_from_db()
    assert (change.field, change.new) == ("wheel", "new")
    recorded = Change.objects.get(object_id=asset.pk, action="created")
    with pytest.raises(Refusal) as refused:
        update_note(recorded, Note("wheel"), actor=cast.owner)
    assert refused.value.code == "not_noted"


@pytest.mark.parametrize(
    ("note", "member"),
    [
        (Note("x" * 61), "field_name"),
        (Note(who="x" * 151), "who"),
        (Note(new_value="a\x00"), "new_value"),
        (Note(old_value="x" * 16_001), "old_value"),
    ],
)
def test_it_refuses_what_it_cannot_keep(note: Note, member: str, cast: Cast) -> None:
    with pytest.raises(Refusal) as refused:
        add_note(make_asset(cast.organisation), note, actor=cast.owner)
    assert list(refused.value.errors) == [member]
