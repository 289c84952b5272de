"""The members of groups as texts of a file: which assets they mean, and back."""

from collections.abc import Iterable, Sequence

from django.db.models import Count

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup, GroupMember
from config.api.errors import Refusal
from organisations.imports import Cells, squeezed
from organisations.models import Organisation
from organisations.names import clean_name, normalise_name

AT_ONCE = 500


class Members:
    """The assets and groups that texts mean: by formatted number, else by name."""

    def __init__(self, organisation: Organisation) -> None:
        self.present = AssetGroup.objects.of(organisation).present()
        self.known: dict[str, list[int]] = {}

    def learn(self, texts: Iterable[str]) -> None:
        """Find many texts at once, so that a file costs few queries."""
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        for start in range(0, len(new), AT_ONCE):
            self._learn(new[start : start + AT_ONCE])

    def forget(self, row: AssetGroup) -> None:
        """Look again for what means a row that has been made or renamed."""
        for text in (row.formatted_number, row.name):
            self.known.pop(text, None)

    def find(self, text: str, field: str) -> int:
        """Return the id of what a text means, or refuse the key of the file.

        Members are refused as `consist_member_invalid`, assets as `group_invalid`.
        """
        self.learn([text])
        found = self.known[text]
        if len(found) == 1:
            return found[0]
        reason = f"There is no asset or group '{text}'."
        if found:
            reason = f"{len(found)} assets or groups are called '{text}'."
        code = "group_invalid" if field == "asset" else "consist_member_invalid"
        raise Refusal(code, reason, field=field)

    def row(self, cells: Cells) -> AssetGroup:
        """Return the asset or group that a row is about."""
        text = cells.text("asset")
        if not text:
            sentence = "An asset or a group is required."
            raise Refusal("invalid_body", sentence, field="asset")
        found = self.present.filter(pk=self.find(text, "asset")).first()
        if found is None:
            raise Refusal("group_invalid", "It has just been deleted.", field="asset")
        return found

    def _learn(self, texts: Sequence[str]) -> None:
        numbered = self.present.filter(
            formatted_number__in={clean_name(text) for text in texts}
        )
        by_number: dict[str, list[int]] = {}
        for text, key in numbered.order_by("id").values_list("formatted_number", "pk"):
            by_number.setdefault(text, []).append(key)
        named = self.present.filter(
            normalised_name__in={normalise_name(text) for text in texts}
        )
        by_name: dict[str, list[int]] = {}
        for text, key in named.order_by("id").values_list("name", "pk"):
            by_name.setdefault(squeezed(text), []).append(key)
        for text in texts:
            found = by_number.get(clean_name(text))
            self.known[text] = found or by_name.get(squeezed(text), [])


class Names:
    """The texts by which files name assets and groups of an organisation."""

    def __init__(self, organisation: Organisation) -> None:
        present = AssetGroup.objects.of(organisation).present().order_by()
        counted = present.values("formatted_number").annotate(rows=Count("pk"))
        texts = counted.filter(rows__gt=1).values_list("formatted_number", flat=True)
        self.shared = set(texts)

    def text_of(self, formatted_number: str, name: str) -> str:
        """Return the formatted number, or the name where others have the number."""
        return name if formatted_number in self.shared else formatted_number


class Consists:
    """The members of all groups of an organisation, as texts in their order."""

    def __init__(self, organisation: Organisation) -> None:
        names = Names(organisation)
        self.places: dict[int, list[tuple[int, int | None]]] = {}
        self.texts: dict[int, str] = {}
        members = GroupMember.objects.filter(group__organisation=organisation)
        found = members.order_by("group_id", "position").values_list(
            *("group_id", "asset_id", "source_group_id"),
            *("asset__formatted_number", "asset__name"),
        )
        for group_id, asset_id, source_id, number, name in found:
            self.places.setdefault(group_id, []).append((asset_id, source_id))
            self.texts[asset_id] = names.text_of(number, name)
        units = AssetGroup.objects.of(organisation).present()
        units = units.filter(ephemerality=Ephemerality.PERMANENT)
        for key, number, name in units.values_list("pk", "formatted_number", "name"):
            self.texts[key] = names.text_of(number, name)

    def texts_of(self, group_id: int) -> list[str]:
        """Return the members of a group, a unit that came in whole by its own text."""
        places = self.places.get(group_id, [])
        texts = []
        at = 0
        while at < len(places):
            asset_id, source_id = places[at]
            unit = self._whole(places[at:], source_id)
            texts.append(self.texts[source_id or 0] if unit else self.texts[asset_id])
            at += unit or 1
        return texts

    def _whole(
        self, places: Sequence[tuple[int, int | None]], source_id: int | None
    ) -> int:
        """Return how many places a unit takes here that stands here whole, else 0."""
        if source_id is None or source_id not in self.texts:
            return 0
        own = [(asset_id, source_id) for asset_id, _ in self.places.get(source_id, [])]
        return len(own) if own and [*places[: len(own)]] == own else 0
