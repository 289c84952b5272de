"""`/LicenceChange`: the history of licences, as the device API words it."""

from collections.abc import Mapping
from typing import Any, ClassVar

import orjson
from django.db.models import Case, CharField, F, Func, Q, TextField, Value, When
from django.db.models.functions import Cast
from drf_spectacular.utils import extend_schema_field

from config.api.device.fields import DeviceId, DeviceMoment, Kind
from config.api.device.members import Member
from config.api.device.parameters import INTEGER, TEXT, flag, one_day, one_id
from config.api.device.searching import (
    CONTAINS,
    MOST_WORDS,
    text_condition,
    words_condition,
)
from config.api.device.serializers import Column, DeviceSerializer, IdOf, NameOf
from config.api.device.values import Malformed
from config.api.rows import Page, PageField, Read
from config.api.snowflake import serial_of
from licensing.models import Licence, Reference
from organisations.api.device.base import RegisterViewSet
from organisations.api.device.counting import count_lines
from organisations.models import Change, Location

# What the API calls the columns that it has other words for.
FIELDS: Mapping[str, str] = {
    "organisation_id": "client",
    "location_id": "site",
    "supplier_id": "supplier",
    "parent_id": "parent",
}
# The rows that these columns name, and the column with their names.
NAMED: Mapping[str, tuple[Any, str]] = {
    "location_id": (Location, "name"),
    "supplier_id": (Reference, "label"),
    "parent_id": (Licence, "name"),
}
KEYS, NAMES = "keys of changed references", "names of changed references"


class JsonText(Func):
    """A value of the history as text: of a whole row, its name."""

    output_field = TextField()
    template = (
        "CASE JSON_TYPE(%(expressions)s) WHEN 'true' THEN 'true' "
        "WHEN 'false' THEN 'false' ELSE COALESCE("
        "JSON_EXTRACT(%(expressions)s, '$.name'), "
        "JSON_EXTRACT(%(expressions)s, '$')) END"
    )

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """Read the value in PostgreSQL's way."""
        template = "COALESCE(%(expressions)s ->> 'name', %(expressions)s #>> '{}')"
        return self.as_sql(compiler, connection, template=template)


def value_text(value: Any) -> str:
    """Return a value of the history as text: of a whole row, its name."""
    match value:
        case None:
            return ""
        case str():
            return value
        case {"name": str(name)}:
            return name
    return orjson.dumps(value).decode()


@extend_schema_field(dict(INTEGER))
class FieldNumber(PageField):
    """The id of the row that a line is about beside the licence, 0 without one."""

    columns = ("field",)

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Return the function from a row to the serial behind the slash."""
        field = page.reader(f"{prefix}field")

        def read(row: Any) -> int:
            number = field(row).partition("/")[2]
            return serial_of(int(number)) if number.isdecimal() else 0

        return read


@extend_schema_field(dict(TEXT))
class FieldName(PageField):
    """The member that changed, or what happened to the licence as a whole."""

    columns = ("field", "action")

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Return the function from a row to the name."""
        field, action = (page.reader(prefix + name) for name in self.columns)

        def read(row: Any) -> str:
            name: str = field(row).partition("/")[0]
            return FIELDS.get(name, name) or str(action(row))

        return read


@extend_schema_field(dict(TEXT))
class ValueText(PageField):
    """An old or new value as text, names instead of keys."""

    def __init__(self, column: str) -> None:
        super().__init__()
        self.columns = ("field", column)

    def gather(self, page: Page, prefix: str) -> None:
        """Note the keys whose names are needed."""
        keys = page.shared.setdefault(KEYS, {name: set() for name in NAMED})
        field, value = (page.values(prefix + name) for name in self.columns)
        for name, told in zip(field, value, strict=True):
            if name in NAMED and isinstance(told, str):
                keys[name].add(told)

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Return the function from a row to the text."""
        if NAMES not in page.shared:
            page.shared[NAMES] = read_names(page.shared[KEYS])
        names = page.shared[NAMES]
        field, value = (page.reader(prefix + name) for name in self.columns)

        def read(row: Any) -> str:
            told = value(row)
            if field(row) in NAMED and isinstance(told, str):
                return str(names[field(row), told])
            return value_text(told)

        return read


def read_names(keys: Mapping[str, set[str]]) -> dict[tuple[str, str], str]:
    """Return the name of each row by the column and key; of one that is gone its id."""
    names = {}
    for field, told in keys.items():
        for key in told:
            names[field, key] = str(serial_of(int(key)))
        if told:
            model, column = NAMED[field]
            found = model._base_manager.filter(pk__in=map(int, told))
            for key, name in found.values_list("pk", column):
                names[field, str(key)] = name
    return names


class LicenceChangeSerializer(DeviceSerializer):
    """One changed member of a licence, or what happened to it as a whole."""

    licence_id = Column("object_id", DeviceId())
    field_id = FieldNumber()
    field_name = FieldName()  # type: ignore[assignment]
    old_value = ValueText("old")
    new_value = ValueText("new")
    datetime = DeviceMoment(source="at", read_only=True)
    user_id = IdOf("user")
    user_name = NameOf("user", "username")

    class Meta:
        model = Change
        fields = (
            "id",
            "licence_id",
            "field_id",
            "field_name",
            "old_value",
            "new_value",
            "who",
            "datetime",
            "user_id",
            "user_name",
        )
        read_only_fields = ("who",)


def of_licence(rows: Any, serial: int, view: Any) -> Any:
    """Narrow to the lines of a licence, also of one that is deleted."""
    licences = Licence.objects.filter(id__serial=serial)
    return rows.filter(object_id__in=licences.values("pk"))


class LicenceChangeViewSet(RegisterViewSet):
    """The lines of the history that are about licences."""

    noun = "Licence change"
    area = "softwarelicensing"
    queryset = Change.objects.filter(model="licence")
    serializer_class = LicenceChangeSerializer
    array = "changes"
    parameters = (
        one_day("change_date", "at__date"),
        one_id("licence_id", of_licence),
        flag("idonly"),
    )
    search_columns = ("field_text", "old_text", "new_text", "who")
    members: ClassVar[Mapping[str, Member]] = {
        "field_name": Member("field", Kind.TEXT),
        "old_value": Member("old", Kind.TEXT, nullable=True),
        "new_value": Member("new", Kind.TEXT, nullable=True),
    }

    def count(self, matches: Any) -> int:
        """Count the lines; of the whole history, only those that are new."""
        if self.is_searched() or self.asked.keys() - {"idonly"}:
            return super().count(matches)
        return count_lines(matches.order_by(), "licence", self.sight.organisations)

    def with_words(self, rows: Any, text: str) -> Any:
        """Narrow to lines that have every word in what they are shown with."""
        words = text.split()
        if len(words) > MOST_WORDS:
            raise Malformed(f"At most {MOST_WORDS} words are taken.")
        for word in words:
            said = words_condition(word, self.search_columns)
            rows = rows.filter(said | self.naming(word))
        return rows

    def naming(self, word: str) -> Q:
        """Hold for the lines that name a row with the word in its name."""
        found = Q()
        for field, (model, column) in NAMED.items():
            rows = model.objects.visible_to(self.actor).order_by()
            named = rows.filter(text_condition(F(column), CONTAINS, word))
            keys = named.values_list(Cast("pk", TextField()))
            told = Q(old_text__in=keys) | Q(new_text__in=keys)
            found |= Q(field=field) & told
        return found

    def listed(self) -> Any:
        """Give the rows the texts that a search looks in."""
        rows = self.visible(self.get_queryset())
        if not self.query.is_sent("search"):
            return rows
        words = [
            When(field=column, then=Value(word)) for column, word in FIELDS.items()
        ]
        words.append(When(field="", then="action"))
        text = Case(*words, default="field", output_field=CharField())
        return rows.annotate(
            field_text=text, old_text=JsonText("old"), new_text=JsonText("new")
        )
