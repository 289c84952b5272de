"""Which preset a file is loaded by, and what it makes of the job."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import Any

from config.imports.failures import ImportFailure, failure
from config.imports.headers import LEFT_OUT, column_called, labelled
from config.imports.jobs import Job, opened
from config.imports.presets.documents import is_array, items
from config.imports.presets.preset import PATTERN, Preset, read_preset
from config.imports.presets.shaping import ShapedTable
from config.imports.readers.files import open_table
from config.imports.readers.flattening import Flattener
from config.imports.readers.tables import Layout
from config.imports.resources import RESOURCES
from organisations.imports import Column, listed, squashed, squeezed

FILES = Path(__file__).parent / "files"
NONE = "-"
# So many items of an array are looked at to find the preset.
FIRST_ITEMS = 100
OF_THE_FILE = ("sheet", "encoding", "header_row", "skip_rows")
OF_THE_ROWS = ("dates", "ignore_unknown")


def shipped() -> list[Preset]:
    """Return the presets that come with the register, by name."""
    return [read_preset(path) for path in sorted(FILES.glob("*.toml"))]


def named(text: str) -> Preset:
    """Return the preset of this name, or of the TOML file at this path.

    Raise ImportFailure when there is none, or when it is not in order.
    """
    if text.endswith(".toml"):
        return read_preset(Path(text))
    path = FILES / f"{squashed_name(text)}.toml"
    if path.is_file():
        return read_preset(path)
    known = listed([one.stem for one in sorted(FILES.glob("*.toml"))], most=50)
    message = f"There is no preset '{text}', only: {known}; or a file NAME.toml."
    raise failure("preset_unknown", message)


def listing(presets: Sequence[Preset]) -> str:
    """Return the names of presets with what each is for."""
    width = max((len(one.name) for one in presets), default=0)
    lines = [
        f"{one.name:{width}}  {one.title} ({', '.join(p.type for p in _parts(one))})"
        for one in presets
    ]
    return "\n".join(lines)


def squashed_name(text: str) -> str:
    """Return a name as files of presets are called; nothing of a path stays."""
    return "".join(c for c in text.strip().lower() if c.isalnum() or c == "-")


def prepared(job: Job, wanted: str = "", type_said: str = "") -> list[Job]:
    """Return the jobs that load the file, one after the other.

    `wanted` is the name or the TOML file of a preset, `-` for none, empty to find it by
    the headers; `type_said` the type that was asked for, if one was. What the job says
    already stays. Raise ImportFailure for a preset that is not there, not in order, or
    for another type.
    """
    job = replace(job, type=type_said) if type_said else job
    if wanted == NONE:
        return [job]
    preset = named(wanted) if wanted else _detected(job, type_said)
    if preset is None:
        return [job]
    parts = _parts(preset)
    if type_said:
        parts = [part for part in parts if part.type == type_said]
    if not parts:
        message = f"The preset '{preset.name}' is not for {type_said}."
        raise failure("preset_type", message)
    remark = f"The file was read as {preset.title}"
    if not wanted:
        remark += ", because of its headers (--preset - reads it as any other)"
    found = [_applied(job, part, f"{remark}.") for part in parts]
    return [one for one in found if one] or [job]


def _parts(preset: Preset) -> list[Preset]:
    return [named(name) for name in preset.parts] or [preset]


def _detected(job: Job, type_said: str) -> Preset | None:
    """Find the preset whose signature says most of the headers; None when none fits."""
    known = [one for one in shipped() if one.signature]
    for sheet in [job.sheet, *_sheets(known)]:
        try:
            headers = set(map(squashed, _header(replace(job, sheet=sheet))))
        except ImportFailure as told:
            if job.sheet or {"sheet_required"}.isdisjoint(_codes(told)):
                # The import itself will say so.
                return None
            continue
        fitting = [one for one in known if one.fits(headers)]
        if type_said:
            fitting = [one for one in fitting if _is_for(one, type_said)]
        return max(fitting, key=lambda one: len(one.signature), default=None)
    return None


def _is_for(preset: Preset, type_: str) -> bool:
    return any(part.type == type_ for part in _parts(preset))


def _sheets(known: Sequence[Preset]) -> list[str]:
    return sorted({one.options.get("sheet", "") for one in known} - {""})


def _codes(told: ImportFailure) -> set[str]:
    return {problem.code for problem in told.problems}


def _header(job: Job) -> list[str]:
    """Return the headers, of an array of JSON those of its first items."""
    if not job.sheet and is_array(job.path):
        flattener = Flattener()
        with closing(items(job.path, job.encoding, "")) as found:
            for item in islice(found, FIRST_ITEMS):
                flattener.row(item)
        return flattener.header
    layout = Layout(job.header_row, job.skip_rows)
    table = open_table(job.path, sheet=job.sheet, encoding=job.encoding, layout=layout)
    with closing(table):
        return table.header.cells


def _applied(job: Job, preset: Preset, remark: str) -> Job | None:
    """Let the preset say what the job does not; None when there is nothing to load."""
    options = preset.options
    usual = options.get("create_missing", [])
    if usual and not job.terms.missing:
        remark += f" Usual with such files: --create-missing {','.join(usual)}."
    said: dict[str, Any] = {
        name: getattr(job, name) or options.get(name, getattr(job, name))
        for name in (*OF_THE_FILE, *OF_THE_ROWS)
    }
    terms = replace(
        job.terms,
        match=job.terms.match or options.get("match", ""),
    )
    job = replace(
        job,
        type=preset.type,
        terms=terms,
        preset=preset.name,
        remark=remark,
        shape=preset.shape,
        defaults={**preset.defaults, **job.defaults},
        **said,
    )
    return _mapped(job, preset)


def _mapped(job: Job, preset: Preset) -> Job | None:
    """Place the columns that the file has and nobody has placed."""
    try:
        with closing(opened(job)) as table:
            columns = labelled(table.header.cells)
            members = list(table.members) if isinstance(table, ShapedTable) else []
    except ImportFailure:
        # The import itself will say so.
        return job
    if not columns and job.shape:
        return None
    free = _Free(columns, job.asked)
    joined = {
        key: sources
        for key, headers in preset.join.items()
        if key not in job.asked.values() and (sources := free.take(headers))
    }
    asked = {label: LEFT_OUT for sources in joined.values() for label in sources}
    placed, lost = _placed(job, preset, free, {*job.asked.values(), *joined})
    asked |= placed
    # Those whose field is not there are not lost: the import asks about them.
    kept = dict(_fields(job, preset))
    free.take(header for header in preset.fields if header not in kept)
    for header, reason in preset.lost.items():
        lost |= dict.fromkeys(free.take_like(header), reason)
    unique = column_called(columns, preset.options.get("unique", ""))
    is_kept = unique is not None and asked.get(unique.label, LEFT_OUT) != LEFT_OUT
    return replace(
        job,
        unique=job.unique or (unique.label if unique and is_kept else ""),
        asked={**asked, **dict.fromkeys(lost, LEFT_OUT), **job.asked},
        joined=joined,
        types=preset.types,
        lost={**lost, **_reasons(members, preset.lost)},
        values=_labelled_values(columns, preset.values),
    )


def _placed(
    job: Job, preset: Preset, free: "_Free", taken: set[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return places by label, and why others are left out: one header fills a place."""
    places: dict[str, str] = {}
    lost: dict[str, str] = {}
    first: dict[str, str] = {}
    for header, target in (*preset.columns.items(), *_fields(job, preset)):
        if target in first:
            reason = f"'{first[target]}' fills its place."
            lost |= dict.fromkeys(free.take([header]), reason)
        elif target not in taken and (labels := free.take([header])):
            places[labels[0]] = target
            first[target] = labels[0]
    return places, lost


def _fields(job: Job, preset: Preset) -> list[tuple[str, str]]:
    """Return the headers of custom fields that there are, or that may be made."""
    if not preset.fields or {"fields", "all"} & job.terms.missing:
        return [*preset.fields.items()]
    known = RESOURCES[job.type].fields(job.terms.organisation)
    names = {squeezed(name) for name in known.values()}
    return [pair for pair in preset.fields.items() if squeezed(pair[1]) in names]


class _Free:
    """The columns that nobody has placed yet."""

    def __init__(self, columns: Sequence[Column], asked: Iterable[str]) -> None:
        placed = [column_called(columns, header) for header in asked]
        self.columns = [one for one in columns if one.header and one not in placed]

    def take(self, headers: Iterable[str]) -> list[str]:
        """Take the columns of these headers that are there; return their labels."""
        found = [column_called(self.columns, header) for header in headers]
        return self._taken([column for column in found if column])

    def take_like(self, pattern: str) -> list[str]:
        """Take the columns whose label is like the pattern."""
        if not PATTERN.search(pattern):
            return self.take([pattern])
        return self._taken([c for c in self.columns if _is_like(c.label, pattern)])

    def _taken(self, columns: list[Column]) -> list[str]:
        self.columns = [one for one in self.columns if one not in columns]
        return [column.label for column in columns]


def _is_like(text: str, pattern: str) -> bool:
    return fnmatchcase(text.casefold(), pattern.casefold())


def _reasons(members: Iterable[str], lost: Mapping[str, str]) -> dict[str, str]:
    """Say why members of a file that was taken apart are not kept."""
    return {
        member: next((lost[one] for one in lost if _is_like(member, one)), "")
        for member in members
    }


def _labelled_values(
    columns: Sequence[Column], values: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    found = (
        (column_called(columns, header), table) for header, table in values.items()
    )
    return {
        column.label: {squeezed(old): new for old, new in table.items()}
        for column, table in found
        if column
    }
