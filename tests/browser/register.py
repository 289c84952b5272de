"""Makes rows for a walk through the API, so that no walk changes another's."""

from typing import Any

from playwright.sync_api import APIRequestContext

from tests.browser.facts import Facts


class Register:
    """The fleet API of the demo organisation, asked by the clerk."""

    def __init__(self, api: APIRequestContext, facts: Facts) -> None:
        self.api, self.facts = api, facts
        self.path = f"{facts.address}/api/organisations/{facts.organisation}"
        self.headers = {"Authorization": f"Bearer {facts.token}"}

    def get(self, path: str) -> Any:
        """Return what the API answers."""
        return self._answered(self.api.get(f"{self.path}{path}", headers=self.headers))

    def make_asset(self, name: str, **values: str) -> Any:
        """Make an asset, of the first type that there is; return it."""
        body = {"name": name, "type_id": str(self.facts.own["assets.assettype"])}
        made = self.api.post(
            f"{self.path}/assets", headers=self.headers, data={**body, **values}
        )
        return self._answered(made)

    def _answered(self, answer: Any) -> Any:
        assert answer.ok, f"{answer.status} {answer.url}: {answer.text()}"
        return answer.json()
