"""What browsers are told of every answer: what it may load, and who may embed it."""

from typing import Any

from csp.constants import HEADER, NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_replace
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponseBase

Directives = dict[str, list[Any]]

# Answers that are no pages load nothing, and nothing embeds them.
NOT_A_PAGE = "default-src 'none'; frame-ancestors 'none'"

# What a page of the back office may load: files of this host and nothing else.
PAGES: Directives = {
    "default-src": [NONE],
    # Alpine, which unfold's pages stand on, compiles the expressions in their
    # attributes; no text of a row is ever put into one.
    "script-src": [SELF, UNSAFE_EVAL],
    # Unfold's colours are a style element, and Alpine writes style attributes.
    # Whatever a style might fetch comes from this host, too.
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}

# The pages of the API's documents do without either.
with_the_docs_policy = csp_replace(
    {"script-src": [SELF], "style-src": [SELF, NONCE], "form-action": [NONE]}
)

# What browsers offer to pages and none of ours asks for.
UNUSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
    "xr-spatial-tracking",
)

# The first four are Django's as well, which leaves them out where it refuses early.
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{one}=()" for one in UNUSED_FEATURES),
}


class HeadersMiddleware(CSPMiddleware):
    """Gives every answer its headers, but for those that a view has set itself."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Add the headers; pages get the policy of pages, all else a bare one."""
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, NOT_A_PAGE)
        return response
