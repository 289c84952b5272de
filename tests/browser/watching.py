"""What is wrong with any page, whatever it is about."""

from http import HTTPStatus
from urllib.parse import urlsplit

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Request,
    Response,
    WebError,
)

# A page that is left takes its unfinished requests with it.
LEFT = "net::ERR_ABORTED"
IN_THE_PAGE = {"data", "blob", "about"}
REFUSED = "Failed to load resource"


class Watch:
    """Notes what pages must not do: ask other hosts, complain, fail, open dialogs.

    A walk that is refused on purpose says so by `expect` before it goes there.
    """

    def __init__(self, host: str) -> None:
        self.host = host
        self.expected: set[int] = set()
        self.faults: list[str] = []

    def expect(self, *statuses: HTTPStatus) -> None:
        """Take answers of these statuses for what the walk is about."""
        self.expected.update(statuses)

    def follow(self, context: BrowserContext) -> None:
        """Look at everything that happens in these windows."""
        context.on("request", self._ask)
        context.on("requestfailed", self._fail)
        context.on("response", self._answer)
        context.on("console", self._complain)
        context.on("weberror", self._break)
        context.on("dialog", self._open)

    def _ask(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in IN_THE_PAGE and url.netloc != self.host:
            self.faults.append(f"asks another host: {request.url}")

    def _fail(self, request: Request) -> None:
        if request.failure != LEFT:
            self.faults.append(f"gets no answer ({request.failure}): {request.url}")

    def _answer(self, response: Response) -> None:
        if response.status < HTTPStatus.BAD_REQUEST or response.status in self.expected:
            return
        self.faults.append(f"is answered {response.status}: {response.url}")

    def _complain(self, message: ConsoleMessage) -> None:
        # Chromium repeats here every answer that `_answer` has judged.
        if message.type == "error" and not message.text.startswith(REFUSED):
            place = message.location
            self.faults.append(f"complains: {message.text} ({place.get('url')})")

    def _break(self, error: WebError) -> None:
        self.faults.append(f"breaks: {error.error}")

    def _open(self, dialog: Dialog) -> None:
        if dialog.type == "beforeunload":
            # The browser's own question whether to leave what is not saved.
            dialog.accept()
            return
        self.faults.append(f"opens a dialog: {dialog.message}")
        dialog.dismiss()
