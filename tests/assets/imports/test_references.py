from assets.ephemerality import Ephemerality
from assets.imports import references
from assets.models import AssetType
from config.api.errors import Refusal
from organisations.imports import Terms
from organisations.models import Change
from tests.cast import Cast
from tests.factories.assets import AssetStatusFactory, AssetTypeFactory
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    PrefixFactory,
    SubLocationFactory,
)


def terms(cast: Cast, *missing: str, cut_names: bool = True) -> Terms:
    return Terms(cast.organisation, cast.owner, frozenset(missing), cut_names)


def test_it_finds_rows_without_regard_to_case_and_spaces(cast: Cast) -> None:
    own = AssetStatusFactory(organisation=cast.organisation, name="In service")
    AssetStatusFactory(organisation=cast.other, name="Scrapped")

    statuses = references.statuses(terms(cast))

    assert statuses.find("IN  SERVICE") == own
    found = statuses.find("Scrapped")
    assert isinstance(found, Refusal)
    assert (found.code, found.message) == (
        "status_invalid",
        "There is no status 'Scrapped'.",
    )


def test_it_finds_places_and_fleets_by_their_code(cast: Cast) -> None:
    fleet = FleetFactory(organisation=cast.organisation, name="North", code="N")
    location = LocationFactory(organisation=cast.organisation, name="Oulu", code="OL")

    assert references.fleets(terms(cast)).find("n") == fleet
    assert references.locations(terms(cast)).find("ol") == location


def test_it_finds_prefixes_by_their_format(cast: Cast) -> None:
    prefix = PrefixFactory(
        organisation=cast.organisation, number_format="LOC-{n}", description="Engines"
    )

    prefixes = references.prefixes(terms(cast, "types"))

    for text in ("LOC-{n}", "LOC-", "loc", "engines"):
        assert prefixes.find(text) == prefix
    assert isinstance(prefixes.find("WAG"), Refusal)


def test_it_finds_sub_locations_within_their_location(cast: Cast) -> None:
    yard, depot = LocationFactory.create_batch(2, organisation=cast.organisation)
    track = SubLocationFactory(location=yard, name="Track 1")

    places = references.SubLocations(terms(cast))

    assert places.find("track 1", yard.pk) == track
    for location_id in (depot.pk, None):
        found = places.find("Track 1", location_id)
        assert isinstance(found, Refusal)
        assert found.code == "sub_location_invalid"


def test_it_refuses_a_text_that_means_two_rows(cast: Cast) -> None:
    AssetTypeFactory.create_batch(2, organisation=cast.organisation, name="Bus")

    found = references.types(terms(cast, "types")).find("bus")

    assert isinstance(found, Refusal)
    assert (found.code, found.message) == (
        "asset_type_required",
        "2 asset type rows are called 'bus'.",
    )


def test_it_knows_types_of_single_assets_only(cast: Cast) -> None:
    AssetTypeFactory(
        organisation=cast.organisation,
        name="Unit",
        ephemerality=Ephemerality.PERMANENT,
    )

    assert isinstance(references.types(terms(cast)).find("Unit"), Refusal)


def test_it_makes_a_row_once_with_its_history(cast: Cast) -> None:
    types = references.types(terms(cast, "types"))

    assert types.find("Bus") == types.find(" bus ") == AssetType.objects.get()
    assert types.made == ["Bus"]
    assert Change.objects.filter(model="assettype", who="owner").count() == 1


def test_it_cuts_names_and_keeps_the_whole_text(cast: Cast) -> None:
    types = references.types(terms(cast, "types"))
    whole = "Structural and other steel (fabricated)"

    made = types.find(whole)

    assert isinstance(made, AssetType)
    assert (made.name, made.description) == ("Structural and other", whole)
    assert types.find("structural and other") == made
    assert references.types(terms(cast)).find(whole.upper()) == made


def test_it_refuses_names_that_the_rules_forbid(cast: Cast) -> None:
    types = references.types(terms(cast, "types", cut_names=False))

    for text in ("x", "B\x07s", "A name that is far too long"):
        found = types.find(text)
        assert isinstance(found, Refusal)
        assert found.code == "invalid_body"
        assert types.find(text) is found
    assert not AssetType.objects.exists()
