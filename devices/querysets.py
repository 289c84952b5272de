"""Which devices a person may see, and how lists narrow them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db import connections
from django.db.models import (
    CharField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    Window,
)
from django.db.models.functions import Cast, Coalesce, NullIf, RowNumber
from django.utils import timezone

from assets.models import AssetTypeField, EnumValue, FieldType
from assets.models.field_names import field_name_key
from assets.querysets import AssetGroupQuerySet
from config.api.kept import kept_rows
from config.api.snowflake import SnowflakeQuerySet
from licensing.kinds import ReferenceKind
from organisations.models import User
from organisations.names import normalise_name
from organisations.querysets import TenantQuerySet

# The tag of an asset: the device's, or the number where it has none.
TAG = Coalesce(NullIf("device__inventory_number", Value("")), "formatted_number")
UNTAGGED = Q(device=None) | Q(device__inventory_number="")
KEY_FIELDS = ("key_field", "key_field2", "key_field3")
MOST_WORDS = 10
# How many people, and how many enum values, a word may mean to be found by their ids.
MOST_MEANT = 1_000
MEANT = (0, 1)


class FieldText(Func):
    """The text of a custom field's value: of the JSON column, by the field's id."""

    function = "JSON_EXTRACT"
    arg_joiner = ", '$.f' || "
    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Write numbers and flags as PostgreSQL does."""
        path, params = super().as_sql(compiler, connection, template="%(expressions)s")
        sql = (
            f"CASE JSON_TYPE({path}) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' "
            f"ELSE CAST(JSON_EXTRACT({path}) AS TEXT) END"
        )
        return sql, (*params, *params)

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """Read the key in PostgreSQL's way."""
        return self.as_sql(
            compiler,
            connection,
            function="jsonb_extract_path_text",
            arg_joiner=", 'f' || ",
        )


class ValuesText(Func):
    """The values of all custom fields as PostgreSQL writes them, without their keys."""

    template = "jsonb_path_query_array(%(expressions)s, '$.*')::text"
    output_field = TextField()


def key_field(at: int) -> Subquery:
    """Return the value of the type's field at a place, in the order they came to it."""
    links = AssetTypeField.objects.filter(type=OuterRef("type")).order_by("id")
    values = links.annotate(said=FieldText(OuterRef("fields"), F("field_id")))
    return Subquery(values.values("said")[at : at + 1])


def shown_key_field(at: int) -> Subquery:
    """Return the same as the API shows it: that of an enum field as its word."""
    links = AssetTypeField.objects.filter(type=OuterRef("type")).order_by("id")
    said = FieldText(OuterRef("fields"), F("field_id"))
    words = EnumValue.objects.filter(field=OuterRef("field_id"))
    word = words.alias(key=Cast("id", CharField())).filter(key=OuterRef("said"))
    values = links.annotate(said=said).annotate(
        shown=Coalesce(Subquery(word.values("value")[:1]), "said")
    )
    return Subquery(values.values("shown")[at : at + 1])


def key_links() -> Any:
    """Return the links of every type to its first three fields."""
    rank = Window(RowNumber(), partition_by="type", order_by="id")
    links = AssetTypeField.objects.order_by().annotate(rank=rank)
    return links.filter(rank__lte=len(KEY_FIELDS)).values("pk")


def plain_key_links() -> Any:
    """Return those of them whose values are what they show, no ids of enum values."""
    links = AssetTypeField.objects.filter(pk__in=key_links())
    return links.exclude(field__type=FieldType.ENUM).values("pk")


def _said(rows: Any, links: Any) -> Any:
    """Return the rows with what they say in the fields of these links."""
    said = FieldText("fields", F("type__type_fields__field_id"))
    return rows.filter(type__type_fields__in=links).alias(said=said)


class DeviceAssetQuerySet(AssetGroupQuerySet[Any]):
    """Single assets as the device API lists them, with a device or without."""

    def with_tag(self) -> Self:
        """Each with `tag`: the inventory number, the formatted number without one."""
        return self.annotate(tag=TAG)

    def with_key_fields(self) -> Self:
        """Each with `key_field` to `key_field3`: values of the type's first fields."""
        return self.annotate(
            **{name: key_field(place) for place, name in enumerate(KEY_FIELDS)}
        )

    def with_children_of(self, assets: Any) -> Self:
        """These, and the assets right under any of the given ones."""
        rows = self._rows()
        under = rows.filter(device__parent__in=assets)
        return self.filter(pk__in=rows.filter(pk__in=assets).union(under))

    def tagged(self, text: str) -> Self:
        """Those whose tag is exactly the text, by the indexes of both columns."""
        own = self._own()
        untagged = own.filter(UNTAGGED, formatted_number__iexact=text)
        tagged = own.filter(device__inventory_number=text)
        return self.filter(pk__in=tagged.union(untagged.filter(formatted_number=text)))

    def children_of(self, *assets: int) -> Self:
        """The assets right under these."""
        return self.filter(device__parent__in=assets)

    def linked_to(self, asset: int) -> Self:
        """Those beside, above or right under an asset."""
        rows = self._rows()
        beside = rows.filter(links_first__second=asset).union(
            rows.filter(links_second__first=asset),
            rows.filter(child_devices__asset=asset),
            rows.filter(device__parent=asset),
        )
        return self.filter(pk__in=beside)

    def assigned_to(self, user: "User | int") -> Self:
        """Those that a person has."""
        return self.filter(device__user=user)

    def bookmarked_by(self, user: "User") -> Self:
        """Those that a person has bookmarked."""
        return self.filter(pk__in=self._rows().filter(bookmarks__user=user))

    def licensed_by(self, *licences: int) -> Self:
        """Those that have a seat of one of the licences."""
        return self.filter(pk__in=self._rows().filter(seats__licence__in=licences))

    def referring_to(self, kind: ReferenceKind, *numbers: int) -> Self:
        """Those that have to do with one of the records of another system."""
        found = self._rows().filter(
            references__reference__kind=kind,
            references__reference__number__in=numbers,
        )
        return self.filter(pk__in=found)

    def on_line(self, kind: ReferenceKind, line: int) -> Self:
        """Those that stand on such a line of a record of another system."""
        return self.filter(
            pk__in=self._rows().filter(references__kind=kind, references__line=line)
        )

    def integrated_with(self, kind: str, *tenants: int) -> Self:
        """Those that another program watches, for one of the tenants given."""
        found = self._rows()
        if tenants:
            found = found.filter(
                external_links__integration_type=kind,
                external_links__tenant_id__in=tenants,
            )
        else:
            found = found.filter(external_links__integration_type=kind)
        return self.filter(pk__in=found)

    def matching(self, text: str, *, by_tag_only: bool = False) -> Self:
        """Those in which every word of the text stands somewhere (contract section 1).

        Looked for in the tag, and unless that is all in the key fields, the name, the
        serial number and the username. On PostgreSQL through trigram indexes. Each part
        is narrowed as these rows are: to narrow what is found once more costs as much.
        """
        return self.with_words(read_words(text, by_tag_only=by_tag_only))

    def with_words(self, words: Sequence["Word"]) -> Self:
        """Those in which every one of the words stands somewhere."""
        if not words:
            return self
        found = type(self)(self.model, using=self.db)
        for word in words:
            parts = self._tagged(word)
            if not word.by_tag_only:
                parts += self._described(word)
            found = found.filter(pk__in=parts[0].union(*parts[1:]))
        return found

    def _own(self) -> Any:
        """Return the ids of these rows, so that nobody else's are searched."""
        return self.order_by().values("pk")

    def _tagged(self, word: "Word") -> list[Any]:
        return [
            self._own().filter(device__normalised_inventory_number__contains=word.name),
            self._own().filter(UNTAGGED, formatted_number__icontains=word.text),
        ]

    def _described(self, word: "Word") -> list[Any]:
        rows = self._own()
        parts = [
            rows.filter(normalised_name__contains=word.name),
            rows.filter(device__normalised_serial_number__contains=word.name),
            _said(self._with_value(word), plain_key_links()).filter(
                said__icontains=word.text
            ),
        ]
        if word.people is None:
            parts.append(rows.filter(device__user__username__icontains=word.text))
        elif word.people:
            parts.append(rows.filter(device__user__in=word.people))
        if word.choices is None:
            parts.append(self._with_choice(Q(value_key__contains=word.choice)))
        elif word.choices:
            parts.append(self._with_choice(Q(pk__in=word.choices)))
        return parts

    def _with_choice(self, chosen: Q) -> Any:
        """Return the rows with a key field that is one of these enum values."""
        values = EnumValue.objects.filter(chosen)
        links = AssetTypeField.objects.filter(
            pk__in=key_links(), field__in=values.values("field")
        )
        keys = values.annotate(key=Cast("id", CharField())).values("key")
        return _said(self._own(), links.values("pk")).filter(said__in=keys)

    def _with_value(self, word: "Word") -> Any:
        """Return the rows that may have the word in a field, found by the index.

        The text of the column has quotes and backslashes in another form.
        """
        rows = self._own()
        if connections[self.db].vendor != "postgresql" or not word.is_plain:
            return rows
        return rows.alias(text=ValuesText("fields")).filter(text__icontains=word.text)


@dataclass(frozen=True, slots=True)
class Word:
    """A word that devices are searched for, and what it is compared as.

    `people` have it in their usernames, `choices` are enum values with it; None stands
    for too many. They are read first: what cannot be found is not looked for, and how
    much can be is foreseen better.
    """

    text: str
    name: str
    choice: str
    people: tuple[int, ...] | None
    choices: tuple[int, ...] | None
    is_plain: bool
    by_tag_only: bool


def read_words(text: str, *, by_tag_only: bool) -> list[Word]:
    """Return the words of a text, and find the people and values they may mean."""
    found = []
    for word in text.split()[:MOST_WORDS]:
        choice = field_name_key(word)
        people, choices = ((), ()) if by_tag_only else _meant(word, choice)
        is_plain = word.isprintable() and not {'"', "\\"} & {*word}
        name = normalise_name(word)
        found.append(Word(word, name, choice, people, choices, is_plain, by_tag_only))
    return found


def _meant(word: str, choice: str) -> list[tuple[int, ...] | None]:
    """Return the people and the enum values that a word may mean, in one query."""
    rows = kept_rows(_with_word, word, choice, most=MOST_MEANT + 1)
    found = [tuple(key for key, kind in rows if kind == one) for one in MEANT]
    return [None if len(keys) > MOST_MEANT else keys for keys in found]


def _with_word(word: str, choice: str, *, most: int) -> QuerySet[Any, Any]:
    people = User.objects.filter(username__icontains=word)
    choices = EnumValue.objects.filter(value_key__contains=choice)
    first, second = (
        # SQLite takes no limit right in a part of a union.
        rows.model._base_manager.filter(pk__in=rows.order_by().values("pk")[:most])
        .order_by()
        .values_list("pk", Value(kind))
        for rows, kind in zip((people, choices), MEANT, strict=True)
    )
    found: QuerySet[Any, Any] = first.union(second, all=True)
    return found


class DeviceQuerySet(TenantQuerySet[Any]):
    """Devices belong to the organisation of their asset."""

    organisation_path = "asset__organisation"


class OfAsset(TenantQuerySet[Any]):
    """Rows that belong to the organisation of the asset they hang on."""

    organisation_path = "asset__organisation"


class OfType(TenantQuerySet[Any]):
    """Rows that belong to the organisation of the asset type they hang on."""

    organisation_path = "type__organisation"


class OfProfile(TenantQuerySet[Any]):
    """Rows that belong to the organisation of the column profile they hang on."""

    organisation_path = "profile__organisation"


class SoftwareQuerySet(TenantQuerySet[Any]):
    """Installed software."""

    def on_present_assets(self) -> Self:
        """That on assets which have not been deleted."""
        return self.filter(asset__deleted_at=None)


class TitleQuerySet(TenantQuerySet[Any]):
    """Versions of programs."""

    def installed(self) -> Self:
        """Those that are on some device."""
        rows: Any = self.model._meta.get_field("installations").related_model
        return self.filter(Exists(rows.objects.filter(title=OuterRef("pk"))))


class BookmarkQuerySet(SnowflakeQuerySet[Any]):
    """Bookmarks belong to a person, not to an organisation."""

    def visible_to(self, user: "User") -> Self:
        """The person's own."""
        return self.filter(user=user)

    def staffed_by(self, user: "User") -> Self:
        """The person's own in the back office as well."""
        return self.visible_to(user)


class CheckoutQuerySet(TenantQuerySet[Any]):
    """Checkouts."""

    def open(self) -> Self:
        """Those of assets that have not been returned."""
        return self.filter(returned_at=None)

    def overdue(self) -> Self:
        """Open ones that should have been returned by now, the oldest first."""
        late = self.open().filter(due_at__lt=timezone.now(), asset__deleted_at=None)
        return late.order_by("due_at", "id")
