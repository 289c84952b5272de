"""All of an organisation in a folder or a ZIP archive, a file for each type."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile

from config.imports.failures import ImportFailure, failure
from config.imports.jobs import Job
from config.imports.readers.packages import MOST_PARTS, refuse_crowd
from config.imports.resources import RESOURCES
from organisations.imports import listed

# The types of rows, each behind all that its rows name; an organisation is none of its
# own rows.
ORDER = (
    *(
        "roles",
        "locations",
        "users",
        "fleets",
        "prefixes",
        "statuses",
        "fields",
        "zones",
    ),
    *("types", "assets", "equipment", "groups", "devices", "licences"),
    *("certificates", "software", "readings", "checkouts", "links", "logs"),
    *("work_items", "subscriptions"),
)
# What --type says of such a folder or archive.
EVERYTHING = "all"
STEM = re.compile(r"(?:[0-9]+[-_ ])?([a-z_]+)(?:\.[a-z]+){1,2}")
HIDDEN = (".", "__MACOSX")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the whole: its type, and where it is; in an archive, as which."""

    type: str
    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.member or self.path.name


def file_name(type_: str, form: str) -> str:
    """Name the file of a type, so that names sort as they are loaded."""
    return f"{ORDER.index(type_) + 1:02}-{type_}.{form}"


def parts_of(path: Path) -> list[Part]:
    """Return the files of a folder or a ZIP archive in the order to load them.

    Files without a byte are left out, as exports without a row are. Raise ImportFailure
    for files that mean no type, and for two that mean the same.
    """
    try:
        found = _of_folder(path) if path.is_dir() else _of_archive(path)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise failure("file_unreadable", f"'{path}': {reason}.") from error
    parts: dict[str, Part] = {}
    for part in found:
        first = parts.setdefault(part.type, part)
        if first is not part:
            message = f"'{first.name}' and '{part.name}' both hold {part.type}."
            raise failure("part_duplicate", message)
    if not parts:
        raise failure("file_empty", f"'{path}' holds nothing to load.")
    return [parts[type_] for type_ in ORDER if type_ in parts]


def jobs_of(job: Job) -> list[Job]:
    """Return the jobs that load a folder or an archive of exports, in order.

    What a register held may be there twice: no column is taken for an identifier,
    unless one was named.
    """
    return [
        replace(
            job,
            type=part.type,
            path=part.path,
            sheet=part.member,
            unique=job.unique or "-",
        )
        for part in parts_of(job.path)
    ]


def _of_folder(path: Path) -> list[Part]:
    files = sorted(one for one in path.iterdir() if not one.name.startswith(HIDDEN))
    types = _types(one.name for one in files)
    filled = [one for one in files if one.stat().st_size]
    return [Part(types[one.name], one) for one in filled]


def _of_archive(path: Path) -> list[Part]:
    try:
        with path.open("rb") as file:
            refuse_crowd(file)
            with ZipFile(file) as archive:
                members = archive.infolist()
    except BadZipFile as error:
        message = f"'{path}' is neither a folder nor a ZIP archive."
        raise failure("file_type_mismatch", message) from error
    if len(members) > MOST_PARTS:
        raise failure("file_too_large", "The archive holds too many files.")
    files = [
        one
        for one in members
        if not one.is_dir() and not one.filename.startswith(HIDDEN)
    ]
    types = _types(one.filename for one in files)
    filled = [one for one in files if one.file_size]
    return [Part(types[one.filename], path, one.filename) for one in filled]


def _types(names: Iterable[str]) -> dict[str, str]:
    """Return the types of files by their names; raise ImportFailure for others."""
    types: dict[str, str] = {}
    unknown: list[str] = []
    for name in names:
        match = STEM.fullmatch(PurePosixPath(name).name.lower())
        if match and match[1] in ORDER and match[1] in RESOURCES:
            types[name] = match[1]
        else:
            unknown.append(name)
    if unknown:
        raise _unknown(unknown)
    return types


def _unknown(names: list[str]) -> ImportFailure:
    known = ", ".join(type_ for type_ in ORDER if type_ in RESOURCES)
    message = (
        f"No type of rows is called as these files are: {listed(names)}. "
        f"Known are: {known}."
    )
    return failure("part_unknown", message)
