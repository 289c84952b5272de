"""What would run in a page that shows a hostile text."""

from html.parser import HTMLParser

# Short enough for the shortest names, and all of it: a broken attribute, a tag, a call.
HOSTILE = "\"'><b onload=xss()>"
LONG = HOSTILE + "</script></textarea></title><script>xss()</script>{{7*7}}${7*7}"
MARK = "xss()"
# What unfold's pages hand to Alpine and htmx, which compile it.
COMPILED = ("x-", "@", ":", "hx-", "v-", "data-hx-")
LINKS = {"href", "src", "action", "formaction", "data", "xlink:href", "poster"}
RUNNING = ("javascript:", "vbscript:", "data:text/html", "data:image/svg")
DATA = {"application/json", "application/ld+json", "text/template"}
FORBIDDEN = {"iframe", "object", "embed", "base", "applet", "frame"}


class Page(HTMLParser):
    """Reads a page and notes what in it would run, and where the mark stands."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.shown = 0
        self._is_script = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a tag and at what it carries."""
        given = {name: value or "" for name, value in attrs}
        self._is_script = tag == "script"
        if tag in FORBIDDEN:
            self.problems.append(f"<{tag}>")
        if tag == "script" and "src" not in given and given.get("type") not in DATA:
            self.problems.append("a script in the page")
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.problems.append("a page that leads elsewhere")
        for name, value in given.items():
            self._look_at(tag, name, value)

    def _look_at(self, tag: str, name: str, value: str) -> None:
        bare = "".join(value.split()).lower()
        self.shown += MARK in value
        if name.startswith("on"):
            self.problems.append(f"<{tag} {name}>")
        if name in LINKS and bare.startswith(RUNNING) and tag != "link":
            self.problems.append(f"{name}={value[:40]}")
        if name.startswith((*COMPILED, "style")) and MARK in value:
            self.problems.append(f"{name} with a text of a row")

    def handle_data(self, data: str) -> None:
        """Look at a text; there is none of a row in a script."""
        self.shown += MARK in data
        if self._is_script and MARK in data:
            self.problems.append("a text of a row in a script")

    def handle_endtag(self, tag: str) -> None:
        """Leave a script."""
        self._is_script = False


def problems(text: str) -> list[str]:
    """Return what in a page would run."""
    return Page(text).problems
