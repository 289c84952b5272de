"""`/AssetChange`: the history of assets, and lines that are added by hand."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat, Substr

from assets.models import Asset, AssetField, AssetStatus, AssetType, EnumValue
from config.api.device.fields import DeviceId, DeviceMoment, DeviceString, Kind
from config.api.device.lists import Window
from config.api.device.members import Member
from config.api.device.parameters import flag, one_id
from config.api.device.searching import CONTAINS, MOST_WORDS, text_condition
from config.api.device.serializers import Column, DeviceSerializer, IdOf
from config.api.device.values import Malformed
from devices.api.device.change_fields import (
    CUSTOM,
    WORDS,
    AssetItem,
    AssetNumber,
    AssetSite,
    ChangedId,
    Happened,
    MemberName,
    NewText,
    OldText,
    PartId,
)
from devices.api.device.parts import AssetPartViewSet
from devices.models import DeviceAsset
from devices.services.notes import Note, add_note, update_note
from licensing.api.device.changes import JsonText
from licensing.models import Licence
from organisations.api.device.counting import count_lines
from organisations.models import Change, Location, User

ABOUT = "assetgroup"
SEAT = "configuration_items/"
OLD, NEW = 0, 1
# What a note calls the columns of a line, and what stands for nothing.
COLUMNS: Mapping[str, str] = {
    "field": "field_name",
    "old": "old_value",
    "new": "new_value",
    "who": "who",
    "at": "at",
}
UNSET: Mapping[str, None] = {"at": None}
# Rows whose names a line shows where it holds their ids.
KEY = Cast("pk", TextField())
# What a line says, each part on a line of its own: no word goes across.
SAID = Concat(
    "field",
    Value("\n"),
    "was",
    Value("\n"),
    "became",
    Value("\n"),
    Case(When(field="", then="action"), default=Value("")),
    output_field=TextField(),
)
SEARCHED: tuple[tuple[Any, str], ...] = (
    (AssetStatus, "name"),
    (AssetType, "name"),
    (Location, "name"),
    (User, "username"),
    (EnumValue, "value"),
)


class AssetChangeSerializer(DeviceSerializer):
    """One changed member of an asset, or what happened to it as a whole."""

    asset_id = Column("object_id", DeviceId())
    asset_number = AssetNumber()
    asset_site = AssetSite()
    field_id = PartId(CUSTOM)
    field_name = MemberName()  # type: ignore[assignment]
    field_desc = Happened()
    old_value = OldText()
    new_value = NewText()
    who_id = IdOf("user")
    datetime = DeviceMoment(source="at", read_only=True)
    customfield_id = PartId(CUSTOM)
    item_id = AssetItem()
    software_id = PartId("software")
    software_user_id = ChangedId("user_id", NEW, part="software")
    old_site = ChangedId("location_id", OLD)
    new_site = ChangedId("location_id", NEW)
    old_client = ChangedId("organisation_id", OLD)
    new_client = ChangedId("organisation_id", NEW)

    class Meta:
        model = Change
        ref_name = "DeviceChange"
        fields = (
            "id",
            "asset_id",
            "asset_number",
            "asset_site",
            "field_id",
            "field_name",
            "field_desc",
            "old_value",
            "new_value",
            "who",
            "who_id",
            "datetime",
            "customfield_id",
            "item_id",
            "software_id",
            "software_user_id",
            "old_site",
            "new_site",
            "old_client",
            "new_client",
        )
        read_only_fields = ("who",)


class AssetNoteInput(DeviceSerializer):
    """What a line that is written by hand says."""

    field_name = DeviceString(source="field")  # type: ignore[assignment]
    old_value = DeviceString(source="old")
    new_value = DeviceString(source="new")
    datetime = DeviceMoment(source="at")

    class Meta:
        model = Change
        ref_name = "DeviceChangeInput"
        fields = ("field_name", "old_value", "new_value", "who", "datetime")


def of_asset(rows: Any, serial: int, view: "AssetChangeViewSet") -> Any:
    """Narrow to the lines of an asset, also of one that is deleted."""
    # The id is read first: the lines are then a range of one index.
    keys = Asset.objects.filter(id__serial=serial).values_list("pk", flat=True)
    return rows.filter(object_id__in=list(keys))


def of_licence(rows: Any, serial: int, view: "AssetChangeViewSet") -> Any:
    """Narrow to what gave assets a seat of a licence, or took it.

    The licence's own history names the assets.
    """
    licences = list(Licence.objects.visible_to(view.actor).filter(id__serial=serial))
    seats = Change.objects.filter(
        model="licence", object_id__in=[one.pk for one in licences]
    ).filter(field__startswith=SEAT)
    asset = Cast(Substr("field", len(SEAT) + 1), BigIntegerField())
    return rows.filter(
        field__in=[f"licences/{one.pk}" for one in licences],
        object_id__in=seats.order_by().values_list(asset, flat=True),
    )


class AssetChangeViewSet(AssetPartViewSet):
    """The lines of the history that are about assets, the newest first."""

    noun = "Asset change"
    queryset = Change.objects.filter(model=ABOUT)
    serializer_class = AssetChangeSerializer
    input_serializer_class = AssetNoteInput
    array = "changehistory"
    last_order = "-id"
    search_columns = ("field", "old", "new", "inventory_number")
    parameters = (
        one_id("asset_id", of_asset),
        one_id("licence_id", of_licence),
        one_id("user_id", "user"),
        flag("idonly"),
    )
    members: ClassVar[Mapping[str, Member]] = {
        "field_name": Member("field", Kind.TEXT),
        "field_desc": Member("action", Kind.TEXT),
    }

    def visible(self, rows: Any) -> Any:
        """Narrow to the history of single assets in the caller's organisations.

        The newest lines of one are the end of an index, however long the history is.
        """
        own = self.sight.organisations
        assets = Asset.objects.filter(pk=OuterRef("object_id"), organisation__in=own)
        return super().visible(rows).filter(Exists(assets))

    def keys(self, matches: Any, order: Any, window: Window) -> None:
        """Look for the newest lines alone: the database counts the others faster."""

    def count(self, matches: Any) -> int:
        """Count the lines; of the whole history, only those that are new."""
        if self.is_searched() or self.asked.keys() - {"idonly"}:
            return super().count(matches)
        # With an asset that is deleted for good its lines go out of sight.
        gone = Change.objects.within(self.sight).filter(
            model=ABOUT, action=Change.Action.DELETED
        )
        return count_lines(
            matches.order_by(), ABOUT, self.sight.organisations, unless=gone.order_by()
        )

    def with_words(self, rows: Any, text: str) -> Any:
        """Narrow to lines that have every word in what they are shown with."""
        words = text.split()
        if len(words) > MOST_WORDS:
            raise Malformed(f"At most {MOST_WORDS} words are taken.")
        rows = rows.alias(was=JsonText("old"), became=JsonText("new"), said=SAID)
        for word in words:
            rows = rows.filter(self.saying(word))
        return rows

    def saying(self, word: str) -> Q:
        """Hold for the lines with a word in the member, a value or the number."""
        words = [key for key, one in WORDS.items() if word.lower() in one]
        assets = DeviceAsset.objects.visible_to(self.actor)
        tagged = assets.matching(word, by_tag_only=True).order_by()
        custom = Concat(Value(f"{CUSTOM}/"), KEY, output_field=TextField())
        fields = self.named(AssetField, "name", word).values_list(custom)
        first, *others = (
            self.named(model, column, word).values_list(KEY)
            for model, column in SEARCHED
        )
        keys = first.union(*others, all=True)
        return (
            text_condition(F("said"), CONTAINS, word)
            | Q(field__in=words)
            | Q(field__in=fields)
            | Q(object_id__in=tagged.values("pk"))
            | Q(was__in=keys)
            | Q(became__in=keys)
        )

    def named(self, model: Any, column: str, word: str) -> Any:
        """Return the rows that the caller sees with a word in a column."""
        rows = model.objects.visible_to(self.actor).order_by()
        return rows.filter(text_condition(F(column), CONTAINS, word))

    def asset_of(self, row: Change) -> int:
        """Return the id of the asset that a line is about."""
        return row.object_id

    def perform_create(self, values: Mapping[str, Any]) -> Change:
        """Write a line by hand."""
        return add_note(values["asset"], Note(**noted(values)), actor=self.actor)

    def perform_update(self, row: Change, values: Mapping[str, Any]) -> Change:
        """Change a line that was written by hand; the register's own stay."""
        self.refuse_move(row, values.get("asset"))
        note = Note(**(noted(vars(row)) | noted(values)))
        return update_note(row, note, actor=self.actor)


def noted(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what columns of a line say, by the words of a note."""
    return {
        word: values[column] or UNSET.get(word, "")
        for column, word in COLUMNS.items()
        if column in values
    }
