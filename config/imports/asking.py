"""What the API and the back office ask of an import, in the words of the command."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from config.api.errors import Refusal, invalid
from config.imports.resources import RESOURCES, Resource
from config.imports.runs import Job
from organisations.imports import Terms
from organisations.models import Organisation, User
from organisations.services.access import Access

# Options that a job takes as they are.
PLAIN = (
    *("sheet", "encoding", "header_row", "skip_rows", "unique", "dates"),
    *("ignore_unknown", "skip_invalid", "dry_run", "again", "in_parts"),
)


def resource_named(type: str) -> Resource:
    """Return what loads files of a type; raise `invalid_body` when nothing does."""
    resource = RESOURCES.get(type)
    if resource is None:
        known = ", ".join(sorted(RESOURCES))
        raise invalid({"type": [f"One of these is expected: {known}."]})
    return resource


def wanted_job(
    values: Mapping[str, Any], organisation: Organisation, actor: User
) -> Job:
    """Return the job of what was asked, without its file.

    Raise `invalid_body` for words that the type of the file does not know.
    """
    resource = resource_named(values.get("type") or "assets")
    if values.get("in_parts") and not values.get("skip_invalid"):
        sentence = "Rows are kept as they come only with skip_invalid."
        raise invalid({"in_parts": [sentence]})
    terms = Terms(
        organisation,
        actor,
        missing_of(values.get("create_missing", ""), resource),
        cut_names=values.get("long_names", "cut") != "refuse",
        match=_match(values.get("match", ""), resource),
        on_conflict=values.get("on_conflict") or "update",
    )
    return Job(
        path=Path(),
        terms=terms,
        type=resource.name,
        asked=pairs(values.get("map", ()), "map", last=True),
        defaults=pairs(values.get("set", ()), "set"),
        **{name: values[name] for name in PLAIN if name in values},
    )


def require_permissions(job: Job, access: Access) -> None:
    """Raise `missing_permission` where rows could not be written one by one either."""
    access.require_member()
    needed = RESOURCES[job.type].permissions(job.terms.missing)
    for permission in sorted(needed):
        access.require(permission)


def missing_of(text: str, resource: Resource) -> frozenset[str]:
    """Read the kinds of rows that may be made: all, or names with commas."""
    kinds = frozenset(word.strip().lower() for word in text.split(",")) - {""}
    if "all" in kinds:
        return frozenset(resource.missing)
    if unknown := ", ".join(sorted(kinds - set(resource.missing))):
        known = ", ".join(["all", *resource.missing])
        sentence = f"Known are {known}; not: {unknown}."
        raise invalid({"create_missing": [sentence]})
    return kinds


def pairs(texts: Iterable[str], key: str, *, last: bool = False) -> dict[str, str]:
    """Read NAME=VALUE texts; `last` splits at the last sign, as names may have one."""
    found = {}
    for text in texts:
        name, sign, value = text.rpartition("=") if last else text.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise invalid({key: [f"NAME=VALUE is expected, not '{text}'."]})
        found[name.strip()] = value.strip()
    return found


def _match(word: str, resource: Resource) -> str:
    if word in {"", "-", *resource.matches}:
        return word
    known = ", ".join([*resource.matches, "-"])
    raise Refusal("invalid_body", f"match: known are {known}.", field="match")
