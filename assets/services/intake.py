"""Taking in assets by the million: many batches, all in one transaction."""

from collections.abc import Sequence

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup
from assets.services.creation import check_against, make_ready, write_assets
from assets.services.drafts import AssetDraft
from assets.services.references import References
from config.api.errors import Refusal
from config.api.sending import is_sending_ahead
from organisations.models import Change, Organisation, User
from organisations.services import history


class Intake:
    """Checks and writes batches of new assets by the rules of `create_assets`.

    Within `sending_ahead` the database takes in one batch while the next is checked
    by what was read for earlier ones; elsewhere each batch is read for by itself.
    """

    def __init__(
        self, organisation: Organisation, actor: User, ephemerality: Ephemerality
    ) -> None:
        self.organisation = organisation
        self.actor = actor
        self.ephemerality = ephemerality
        self.known: References | None = None

    def forget(self) -> None:
        """Read everything anew, as something has changed."""
        self.known = None

    def check(self, drafts: Sequence[AssetDraft]) -> list[AssetGroup | Refusal]:
        """Return for each draft a row ready to be written, or why it is refused."""
        return check_against(self._references(drafts), drafts, self.ephemerality)

    def _references(self, drafts: Sequence[AssetDraft]) -> References:
        if self.known and self.known.cover(drafts):
            return self.known
        told = [draft.references() for draft in drafts]
        found = References.load(self.organisation, told)
        if self.known:
            found.add(self.known)
        # Other transactions change what there is: the next one looks again.
        self.known = found if is_sending_ahead() else None
        return found

    def write(self, rows: Sequence[AssetGroup]) -> None:
        """Number and insert rows that `check` returned, and leave their history.

        They join no groups. Raise what `write_assets` does, or RefusedLater.
        """
        if not rows or not is_sending_ahead():
            write_assets(organisation=self.organisation, rows=rows, actor=self.actor)
            return
        make_ready(self.organisation, rows)
        if not history.leaves_lines():
            AssetGroup.objects.insert_ahead(rows)
            return
        ids = Change.objects.new_ids(len(rows))
        AssetGroup.objects.insert_ahead(rows)
        lines = history.lines_of_created(rows, actor=self.actor)
        for line, key in zip(lines, ids, strict=True):
            line.id = key
        Change.objects.insert_ahead(lines)
