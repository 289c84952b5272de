"""What the API and the back office ask of an import, in the words of the command."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from config.api.errors import Refusal, invalid
from config.imports.failures import ImportFailure
from config.imports.jobs import Job
from config.imports.presets.choosing import prepared
from config.imports.resources import RESOURCES, Resource
from organisations.imports import Terms
from organisations.models import Organisation, User

# Options that a job takes as they are.
PLAIN = (
    *("sheet", "encoding", "header_row", "skip_rows", "unique", "dates"),
    *("ignore_unknown", "skip_invalid", "dry_run", "again", "in_parts"),
)


@dataclass(frozen=True)
class Asked:
    """A job whose file is not known yet, nor what the file makes of it.

    `type` and `preset` are empty where the file decides.
    """

    job: Job
    type: str = ""
    preset: str = ""


def asked_for(
    values: Mapping[str, Any], organisation: Organisation, actor: User
) -> Asked:
    """Read what was asked; raise `invalid_body` for what no file could have."""
    if values.get("in_parts") and not values.get("skip_invalid"):
        sentence = "Rows are kept as they come only with skip_invalid."
        raise invalid({"in_parts": [sentence]})
    preset = values.get("preset", "")
    if preset.endswith(".toml"):
        # The command reads files of its own machine; nobody else is to.
        raise invalid({"preset": ["The name of a preset is expected, or -."]})
    terms = Terms(
        organisation,
        actor,
        words_in(values.get("create_missing", "")),
        cut_names=values.get("long_names", "cut") != "refuse",
        match=values.get("match", ""),
        on_conflict=values.get("on_conflict") or "update",
    )
    job = Job(
        path=Path(),
        terms=terms,
        asked=_pairs(values.get("map", ()), "map", last=True),
        defaults=_pairs(values.get("set", ()), "set"),
        **{name: values[name] for name in PLAIN if name in values},
    )
    return Asked(job, values.get("type", ""), preset)


def job_for(asked: Asked, path: Path) -> Job:
    """Return the one job that loads a file.

    Raise Refusal for a preset that is not there, for words that the type of the rows
    does not know, and for a file of several types of rows.
    """
    try:
        jobs = prepared(replace(asked.job, path=path), asked.preset, asked.type)
    except ImportFailure as failure:
        raise as_refusal(failure) from failure
    if len(jobs) > 1:
        types = ", ".join(job.type for job in jobs)
        sentence = f"The file holds several types of rows, {types}: name one."
        raise invalid({"type": [sentence]})
    return replace(jobs[0], terms=_fitted(jobs[0]))


def permissions_of(job: Job) -> frozenset[str]:
    """Return what someone must hold who could write the rows one by one."""
    return RESOURCES[job.type].permissions(job.terms.missing)


def words_in(text: str) -> frozenset[str]:
    """Read words that stand with commas between them."""
    return frozenset(word.strip().lower() for word in text.split(",")) - {""}


def pair_in(text: str, *, last: bool = False) -> tuple[str, str]:
    """Read NAME=VALUE; `last` splits at the last sign, as names may have one.

    Raise ValueError, which is the text, for what is written otherwise.
    """
    name, sign, value = text.rpartition("=") if last else text.partition("=")
    if not sign or not name.strip() or not value.strip():
        raise ValueError(text)
    return name.strip(), value.strip()


def _pairs(texts: Iterable[str], key: str, *, last: bool = False) -> dict[str, str]:
    try:
        return dict(pair_in(text, last=last) for text in texts)
    except ValueError as error:
        sentence = f"NAME=VALUE is expected, not '{error}'."
        raise invalid({key: [sentence]}) from error


def as_refusal(failure: ImportFailure) -> Refusal:
    """Return what is answered when a file as a whole is refused."""
    first = failure.problems[0]
    return Refusal(first.code, first.message)


def _fitted(job: Job) -> Terms:
    """Return the terms in the words of the type, or refuse the words."""
    resource, terms = RESOURCES[job.type], job.terms
    if terms.match not in {"", "-", *resource.matches}:
        known = ", ".join([*resource.matches, "-"])
        raise invalid({"match": [f"Known are {known}; not: {terms.match}."]})
    return replace(terms, missing=_missing(terms.missing, resource))


def _missing(kinds: frozenset[str], resource: Resource) -> frozenset[str]:
    if "all" in kinds:
        return frozenset(resource.missing)
    if unknown := ", ".join(sorted(kinds - set(resource.missing))):
        known = ", ".join(["all", *resource.missing])
        sentence = f"Known are {known}; not: {unknown}."
        raise invalid({"create_missing": [sentence]})
    return kinds
