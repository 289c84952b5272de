"""A preset, and how it is read from TOML."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.imports.failures import ImportFailure, Problem, failure
from config.imports.presets.opening import SHAPES
from config.imports.resources import RESOURCES, Resource
from organisations.imports import squashed

LARGEST_PRESET = 1 << 20
PATTERN = re.compile(r"[*?\[]")
TEXTS = ("name", "title", "type", "shape")
LISTS = ("signature", "parts")
TABLES = (
    *("columns", "fields", "types", "lost", "defaults", "join", "values", "options"),
)
FIELD_TYPES = ("text", "integer", "decimal", "boolean", "date", "datetime", "url")
# What `[options]` may say, and of which type it is.
OPTIONS: Mapping[str, type] = {
    "sheet": str,
    "encoding": str,
    "header_row": int,
    "skip_rows": int,
    "unique": str,
    "dates": str,
    "match": str,
    "on_conflict": str,
    "ignore_unknown": bool,
    "create_missing": list,
}


@dataclass(frozen=True)
class Preset:
    """Where the columns of a kind of file go.

    `columns` maps headers to keys of the resource, `fields` headers to custom fields,
    `types` says of which types those are that have to be made, where files of this kind
    hold now this, now that. `lost` maps headers, or patterns, to the reason why they
    are not kept.

    `join` makes one key of several columns, `values` translates cells by header.
    `signature` are the headers that must all be there for the preset to be detected.
    `shape` names how a file that is no table is taken apart; `parts` the presets that
    load it one after the other.
    """

    name: str
    title: str
    type: str = "assets"
    shape: str = ""
    signature: Sequence[str] = ()
    parts: Sequence[str] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    lost: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    join: Mapping[str, Sequence[str]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, headers: set[str]) -> bool:
        """Tell whether a file with these headers, squashed, is of this kind."""
        signed = {squashed(header) for header in self.signature}
        return bool(signed) and signed <= headers


def read_preset(path: Path) -> Preset:
    """Read a preset; raise ImportFailure that names everything wrong with it."""
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST_PRESET + 1)
    except FileNotFoundError as error:
        raise failure("preset_unknown", f"There is no preset '{path}'.") from error
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise failure("preset_invalid", f"'{path}': {reason}.") from error
    if len(text) > LARGEST_PRESET:
        raise failure("preset_invalid", f"'{path.name}' is too long for a preset.")
    try:
        told = tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"'{path.name}' is not valid TOML: {error}."
        raise failure("preset_invalid", message) from error
    return parse_preset(told, path.stem)


def parse_preset(told: Mapping[str, Any], stem: str) -> Preset:
    """Make a preset of what a file tells; `stem` is its name where it tells none."""
    reasons = _misshapen(told)
    if not reasons:
        reasons = _misplaced(told)
    if reasons:
        raise ImportFailure(
            *(Problem("preset_invalid", f"Preset '{stem}': {one}") for one in reasons)
        )
    return Preset(**{"name": stem, "title": told.get("name", stem), **told})


def _misshapen(told: Mapping[str, Any]) -> list[str]:
    """Say what is unknown or of the wrong type."""
    known = (*TEXTS, *LISTS, *TABLES)
    reasons = [
        f"'{name}' is not known; known are: {', '.join(known)}."
        for name in told
        if name not in known
    ]
    checks = ((TEXTS, _is_text, "a text"), (LISTS, _are_texts, "a list of texts"))
    for names, is_right, noun in checks:
        reasons += [f"'{n}' is {noun}." for n in names if not is_right(told.get(n))]
    for name in TABLES:
        reasons += _misshapen_table(name, told.get(name, {}))
    return reasons


def _misshapen_table(name: str, table: object) -> list[str]:
    if not isinstance(table, Mapping):
        return [f"'{name}' is a table: [{name}]."]
    if name == "options":
        return _misshapen_options(table)
    reasons = []
    for key, value in table.items():
        match name:
            case "join":
                is_right, noun = bool(value) and _are_texts(value), "a list of headers"
            case "values":
                is_right = isinstance(value, Mapping) and _are_texts([*value.values()])
                noun = "a table of texts"
            case _:
                is_right, noun = _is_text(value), "a text"
        if not is_right:
            reasons.append(f"[{name}] '{key}' is {noun}.")
    return reasons


def _misshapen_options(options: Mapping[str, Any]) -> list[str]:
    reasons = []
    for name, value in options.items():
        wanted = OPTIONS.get(name)
        if wanted is None:
            known = ", ".join(OPTIONS)
            reasons.append(f"[options] knows {known}; not: {name}.")
        elif type(value) is not wanted or (wanted is list and not _are_texts(value)):
            reasons.append(f"[options] '{name}' is of type {wanted.__name__}.")
    return reasons


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


def _are_texts(value: object) -> bool:
    if value is None:
        return True
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _misplaced(told: Mapping[str, Any]) -> list[str]:
    """Say which types, keys, fields and words there are not."""
    if told.get("shape", "") not in {"", *SHAPES}:
        return [f"there is no shape '{told['shape']}': {', '.join(SHAPES)}."]
    type_ = told.get("type", "assets")
    resource = RESOURCES.get(type_)
    if resource is None:
        return [f"there is no type '{type_}': {', '.join(RESOURCES)}."]
    return [
        *_unknown_keys(told, resource, type_),
        *_named_twice(told),
        *_unknown_words(told.get("options", {}), resource),
    ]


def _unknown_keys(told: Mapping[str, Any], resource: Resource, type_: str) -> list[str]:
    keys = {key.name for key in resource.keys}
    known = ", ".join(key.name for key in resource.keys)
    has_fields = "fields" in resource.missing
    wanted = [("columns", key) for key in told.get("columns", {}).values()]
    wanted += [("join", key) for key in told.get("join", {})]
    if not has_fields:
        wanted += [("defaults", key) for key in told.get("defaults", {})]
    reasons = [
        f"[{table}] {type_} have no '{key}'; they have: {known}."
        for table, key in wanted
        if key not in keys
    ]
    reasons += [
        f"[types] '{name}' is one of: {', '.join(FIELD_TYPES)}."
        for name, word in told.get("types", {}).items()
        if word not in FIELD_TYPES
    ]
    if told.get("fields") and not has_fields:
        reasons.append(f"[fields] {type_} have no custom fields.")
    return reasons


def _named_twice(told: Mapping[str, Any]) -> list[str]:
    places: dict[str, str] = {}
    reasons = []
    for table in ("columns", "fields", "lost"):
        for header in told.get(table, {}):
            word = header if PATTERN.search(header) else squashed(header)
            first = places.setdefault(word, table)
            if first != table:
                reasons.append(f"'{header}' stands in [{first}] and in [{table}].")
    return reasons


def _unknown_words(options: Mapping[str, Any], resource: Resource) -> list[str]:
    allowed = {
        "dates": ["dmy", "mdy"],
        "match": [*resource.matches, "-"],
        "on_conflict": ["update", "skip", "fail"],
        "create_missing": [*resource.missing, "all"],
    }
    reasons = []
    for name, words in allowed.items():
        said = options.get(name, [])
        for word in [said] if isinstance(said, str) else said:
            if word not in words:
                known = ", ".join(words)
                reasons.append(f"[options] {name} knows {known}; not: {word}.")
    return reasons
