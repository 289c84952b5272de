"""What gunicorn serves."""

import os
import re
import sys
from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

MEBIBYTE = 1024 * 1024


class ChunkedBodies:
    """Gives a chunked body the length without which Django takes it for empty.

    Nothing is read beyond the limit; what is cut there passes every limit of the
    parsers, and is refused by them.
    """

    limit = 64 * MEBIBYTE

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer the request, its body gathered when it came in chunks."""
        if environ.get("HTTP_TRANSFER_ENCODING", "").lower() != "chunked":
            return self.application(environ, start_response)
        with SpooledTemporaryFile(max_size=MEBIBYTE) as body:
            while body.tell() <= self.limit:
                block = environ["wsgi.input"].read(64 * 1024)
                if not block:
                    break
                body.write(block)
            gathered = {"CONTENT_LENGTH": str(body.tell()), "wsgi.input": body}
            body.seek(0)
            return self.application({**environ, **gathered}, start_response)


class UndeclaredCharsets:
    """Takes the charset out of a content type: JSON and forms are UTF-8 here.

    Django decodes the query with it before any code of ours runs, and fails on the
    codecs of Python that are none for text, such as rot13.
    """

    charset = re.compile(r";\s*charset\s*\*?\s*=[^;]*", re.IGNORECASE)

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer the request as if it had declared no charset."""
        if declared := environ.get("CONTENT_TYPE"):
            content_type = self.charset.sub("", declared)
            environ = {**environ, "CONTENT_TYPE": content_type}
        return self.application(environ, start_response)


def load() -> WSGIApplication:
    """Make the application; a wrong environment is one sentence on stderr."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        return ChunkedBodies(UndeclaredCharsets(get_wsgi_application()))
    except ImproperlyConfigured as error:
        sys.exit(str(error))


application = load()
