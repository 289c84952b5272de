"""Makes who sends requests and what they are about; run in the installation."""

import json
import sys

from organisations.models import Organisation
from organisations.services.tokens import create_token
from tests.factories.assets import AssetTypeFactory, make_asset
from tests.factories.organisations import OrganisationFactory

PROGRAM = """
import django
django.setup()
from tests.faults.stage import main
main()
"""


def main() -> None:
    """Make an organisation with a type and an asset, and say where to find what."""
    organisation: Organisation = OrganisationFactory()
    said = {
        "organisation": str(organisation.pk),
        "type": str(AssetTypeFactory(organisation=organisation, name="Wagon").pk),
        "asset": str(make_asset(organisation).pk),
        "token": create_token(user=organisation.owner, name="load").text,
    }
    sys.stdout.write(json.dumps(said))
