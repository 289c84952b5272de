"""What a filter may not say, and where the refusal points."""

import string

import pytest

from config.api.errors import Refusal
from config.api.odata.filtering import condition_of
from tests.config.api.odata.register import Register
from tests.factories.assets import AssetFieldFactory

REFUSED = {
    # Names of nothing, or of what is nobody's business: position 1 each.
    "password eq 'x'": 1,
    "organisation_id eq 1": 1,
    "organisation/owner/password eq 'x'": 1,
    "startswith(created_by/password,'p')": 12,
    "governed_by/name eq 'x'": 1,
    "type__name eq 'x'": 1,
    "name__startswith eq 'x'": 1,
    "fields eq 1": 1,
    "fields/Nope eq 1": 1,
    "fields/99999999999999999999 eq 1": 1,
    "fields/0 eq 1": 1,
    "pk eq 1": 1,
    # Literals of another kind.
    "number eq '2'": 11,
    "number eq true": 11,
    "number eq 2026-01-01": 11,
    "name eq 2": 9,
    "name eq true": 9,
    "active eq 1": 11,
    "active eq 'true'": 11,
    "active gt true": 11,
    "active gt false or active": 11,
    "id eq 'abc'": 7,
    "id eq -1": 7,
    "id eq 1.5": 7,
    "id eq true": 7,
    "created_at gt '2026-01-01'": 15,
    "created_at gt 5": 15,
    "fields/Int eq '5'": 15,
    "fields/Flag eq 'true'": 16,
    "fields/Flag gt true": 16,
    "fields/Day eq '2026-01-31'": 15,
    "fields/Colour eq true": 18,
    "fields/Colour eq 1.5": 18,
    "contains(name,5)": 15,
    "contains(name,null)": 15,
    "contains(name,'a') eq null": 23,
    "contains(name,'a') gt true": 23,
    # Functions of what they are not for.
    "contains(number,'1')": 10,
    "contains('abc',name)": 16,
    "contains(name,description)": 15,
    "contains(name)": 1,
    "contains(name,'a','b')": 1,
    "length(number) eq 1": 8,
    "length(name,name) eq 1": 1,
    "tolower(active)": 9,
    "year(name) eq 1": 6,
    "year(number) eq 1": 6,
    "nothing(name) eq 1": 1,
    "contains(contains(name,'a'),'b')": 10,
    # Conditions that are none.
    "name": 1,
    "number": 1,
    "'x'": 1,
    "true": 1,
    "null": 1,
    "1 eq 1": 6,
    "name eq description": 9,
    "length(name) eq length(description)": 17,
    "tolower(name)": 1,
    "name eq": 8,
    "name eq 'x' and": 16,
    "eq": 1,
    "name eq 'x' name eq 'y'": 13,
    "name in ()": 10,
    "name in 'x'": 9,
    "name in ('x'": 13,
    "name in ('x' 'y')": 14,
    "name in (name)": 10,
    "number in (1,'2')": 14,
    "(name eq 'x'": 13,
    "name eq 'x')": 12,
    "contains()": 10,
    "name eq 'x": 9,
    "name eq x'": 10,
    "name = 'x'": 6,
    'name eq "x"': 9,
    "name add 5 eq 6": 6,
    "-number eq 1": 1,
    "$it/name eq 'x'": 1,
    "name eq guid'01234567-89ab-cdef-0123-456789abcdef'": 13,
    "number eq INF": 11,
    "number eq NaN": 11,
    "number eq 0x10": 11,
    "number eq 1.": 11,
    "number eq .5": 11,
    "number eq 1.5L": 11,
    "nämé eq 1": 2,
    # Hostile literals.
    "number eq 999999999999999999999999999999": 11,
    "number eq -9223372036854775808": 11,
    "number eq 1e999": 11,
    "fields/Dec eq 1e999": 15,
    "fields/Dec eq 9999999999999999999": 15,
    "number eq 0.00000000000000000000000000000000000000001": 11,
    "created_at gt 9999-12-31T23:59:59-14:00": 15,
    "created_at lt 0001-01-01T00:00:00+14:00": 15,
    "created_at gt 2026-02-29": 15,
    "created_at gt 2026-13-01T00:00:00Z": 15,
    "created_at gt 2026-01-01T25:00:00Z": 15,
    "created_at gt 2026-01-01T00:00:00+25:00": 15,
    "created_at gt 0000-01-01": 15,
    "created_at gt datetime'tomorrow'": 15,
    "created_at gt datetime'2026-01-01T99:00'": 15,
    "fields/Moment gt 9999-12-31T23:59:59-14:00": 18,
    "name eq '\0'": 10,
    "name eq '\ud800'": 10,
    "fields/'\udfff' eq 1": 9,
    "\ud800": 1,
}


def position(text: str, register: Register) -> int:
    """Return the position that the refusal of a filter names."""
    with pytest.raises(Refusal) as caught:
        condition_of(text, register.allowed)
    [sentence] = caught.value.errors["$filter"]
    assert (caught.value.code, caught.value.status) == ("odata_error", 400)
    assert caught.value.message == f"$filter: {sentence}"
    said, place = sentence.removesuffix(")").split(" (at character ")
    # Whole words only: nothing that names a column, nothing of the request.
    assert set(said) <= set(string.ascii_letters + string.digits + " ,.")
    return int(place)


def test_it_refuses_and_names_the_position(register: Register) -> None:
    assert {text: position(text, register) for text in REFUSED} == REFUSED


def test_it_says_the_same_of_unknown_and_of_foreign_fields(register: Register) -> None:
    foreign = AssetFieldFactory(organisation=register.cast.other, name="Foreign")
    for name in (foreign.pk, "Foreign", "'Foreign'", 12345, "Nothing"):
        assert position(f"fields/{name} eq 'x'", register) == 1
