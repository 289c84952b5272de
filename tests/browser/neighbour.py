"""An organisation next door, in which every text that people type is an attack.

Its rows are written past the rules: what a page shows may be older than they are.
"""

from typing import Any

from django.db import models

from organisations.models import Change, ImportRun, Organisation, User
from organisations.services.organisations import create_organisation
from tests.back_office import CASES
from tests.factories.devices import SoftwareTitleFactory

# Runs, or at least asks the server for a picture, wherever a page does not escape it.
ATTACK = '"><img src=x onerror=alert(1)>'
SHORT_ATTACK = '"><img src=x>'
LINK = "javascript:alert(1)"
LEAST_ROOM = 20
# Columns of text that programs write, or that must stay what they are.
OF_PROGRAMS = {
    *(
        "allowed_origins",
        "client_id",
        "client_secret",
        "color",
        "colour",
        "column_name",
    ),
    *("embed", "field", "log_hash", "model", "number_format", "password"),
    *("post_logout_redirect_uris", "redirect_uris", "request_id", "root_system_id"),
    *("scope", "sha256", "thumbprint", "timezone_code", "token", "token_checksum"),
    *("type", "username"),
}
OF_PROGRAMS_ENDINGS = ("_key", "_hash")
# Not those of a URLField, which takes no program at any door.
ADDRESSES = {"apiurl"}


def move_in(owner: User) -> dict[str, int]:
    """Make the organisation with a row of every model; return their ids."""
    organisation = create_organisation(name="Baltic Wagons", owner=owner)
    # Beside the programs that other rows bring with them.
    SoftwareTitleFactory.reset_sequence(100)
    made = {
        model: case.make(organisation)
        for model, case in CASES.items()
        if not case.is_for_operators
    }
    for model, row in made.items():
        attack_with_all(model, row, organisation)
    return {model._meta.label_lower: row.pk for model, row in made.items()}


def attack_with_all(
    model: type[models.Model], row: models.Model, organisation: Organisation
) -> None:
    """Turn the texts of a row into attacks, and those of all beside it."""
    names = {field.name for field in model._meta.concrete_fields}
    rows: Any = model._default_manager.filter(pk=row.pk)
    if "organisation" in names:
        rows = model._default_manager.filter(organisation=organisation)
    for one in rows:
        values: dict[str, Any] = {
            field.name: attack(field, one) for field in texts_of(model)
        }
        if model is Change:
            values |= {"new": {"name": ATTACK} if not one.field else ATTACK}
        if model is ImportRun:
            values |= {"report": report()}
        if values:
            model._default_manager.filter(pk=one.pk).update(**values)


def texts_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Return the columns of a model into which people type a text."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, models.URLField)
        and not field.choices
        and field.name not in OF_PROGRAMS
        and not field.name.endswith(OF_PROGRAMS_ENDINGS)
        and (field.max_length or LEAST_ROOM) >= LEAST_ROOM
    ]


def attack(field: models.Field[Any, Any], row: models.Model) -> str:
    """Return an attack that no other row has, and that fits into the column."""
    text = LINK if field.name in ADDRESSES else ATTACK
    number = str(row.pk)[-5:]
    room = field.max_length or len(text) + len(number)
    return text + number if len(text + number) <= room else SHORT_ATTACK + number


def report() -> dict[str, Any]:
    """Return the report of an import whose file was an attack."""
    cell = {"line": 2, "column": ATTACK, "value": ATTACK, "reason": ATTACK}
    return {
        "problems": [{"code": "x", "line": 1, "message": ATTACK}],
        "refusals": [{**cell, "code": "invalid"}],
        "columns": [{"column": ATTACK, "target": ATTACK, "type": "text"}],
        "differences": [{**cell, "row": ATTACK, "key": ATTACK, "old": "", "new": "1"}],
        "notes": [{"message": ATTACK, "count": 1}],
    }
