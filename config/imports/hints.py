"""What helps against a refusal, by its code (contract C19, docs/imports.md)."""

from collections.abc import Iterable

HINTS = {
    "asset_type_required": "Say --set type=NAME, or --create-missing types.",
    "status_invalid": "Correct the name, or say --create-missing statuses.",
    "location_invalid": "Correct the name, or say --create-missing locations.",
    "sub_location_invalid": "Correct the name, or say --create-missing locations.",
    "fleet_invalid": "Correct the name, or say --create-missing fleets.",
    "prefix_invalid": "Load the prefixes first: --type prefixes.",
    "field_unknown": "Give the type the field, or say --create-missing fields.",
    "invalid_field_value": "Correct the value, or map the column to another field.",
    "field_required": "Fill the cell, or say --set NAME=VALUE.",
    "number_in_use": "Leave the number out, or say --match number to update.",
    "duplicate_row": "Take one of the rows out, or say --unique - if both are meant.",
    "match_ambiguous": "Say --match with what tells the assets apart.",
    "row_exists": "Say --on-conflict update or skip.",
    "row_too_long": "Quote cells that hold the delimiter.",
    "formula_without_value": "Open the workbook, calculate and save it.",
    "invalid_body": "Correct the value.",
}


def hints_for(codes: Iterable[str]) -> dict[str, str]:
    """Return what helps against each code, where anything is known to."""
    return {code: HINTS[code] for code in codes if code in HINTS}
