"""What kind of row of the register something is (contract 3.1)."""

from django.db import models


class Ephemerality(models.IntegerChoices):
    """Single assets, groups of them, and equipment share one table."""

    SINGLE = 0, "single"
    TEMPORARY = 1, "temporary"
    PERMANENT = 2, "permanent"
    EQUIPMENT = 3, "equipment"

    @classmethod
    def parse(cls, value: object) -> "Ephemerality":
        """Read an integer, a numeric string or a name; raise ValueError otherwise."""
        if isinstance(value, str):
            for member in cls:
                if value.strip().lower() in {member.label, str(member.value)}:
                    return member
            raise ValueError(f"'{value}' is not an ephemerality.")
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError("An ephemerality is a number or a name.")
        return cls(value)


# What is one thing; the others are groups of such.
ALONE = (Ephemerality.SINGLE, Ephemerality.EQUIPMENT)
