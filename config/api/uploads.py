"""Forms with files: read as a stream, bounded on the way, refused in our own words."""

from collections.abc import Mapping
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, Any, ClassVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParser as FormParser
from django.http.multipartparser import MultiPartParserError
from rest_framework.parsers import BaseParser, DataAndFiles

from config.api.errors import BodyTooLarge, Refusal

# Contract row 36.
MOST_FILE_BYTES = 25 * 1024 * 1024
# Room for the fields beside the file.
OTHER_BYTES = 1024 * 1024
MOST_FORM_BYTES = MOST_FILE_BYTES + OTHER_BYTES
TOO_LARGE = "At most 25 MiB are taken."
CUT_OFF = "The form ended before it was complete."
UNNAMED = "file"


class BoundedUploadHandler(FileUploadHandler):
    """Keeps a file in memory while it is small, then on disk, up to the limit.

    What passes the limit is read and forgotten, so that the fields behind it are still
    read and an earlier fault is named first; the file tells how long it was.
    """

    def __init__(self, most: int = MOST_FILE_BYTES) -> None:
        super().__init__()
        self.most = most
        self.opened: list[IO[bytes]] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin to keep the next file of the form."""
        super().new_file(*args, **kwargs)
        self.file: Any = SpooledTemporaryFile(  # noqa: SIM115 - closed with the request
            max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        )
        self.opened.append(self.file)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a part of the file."""
        if start <= self.most:
            self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:  # type: ignore[type-arg]
        """Return the file with the size that it had."""
        self.file.seek(0)
        return UploadedFile(
            file=self.file,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
        )

    def upload_interrupted(self) -> None:
        """Refuse a form that ends inside a file, which would be lost silently."""
        raise MultiPartParserError(CUT_OFF)

    def close(self) -> None:
        """Give up what has been kept."""
        for file in self.opened:
            file.close()


class NamingFormParser(FormParser):
    """Keeps files whose names are no names, which Django would drop silently."""

    def sanitize_file_name(self, file_name: str) -> str:
        """Return the last part of the path without control characters."""
        return super().sanitize_file_name(file_name) or UNNAMED


class CountedStream:
    """A stream that knows how much has been read of it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.count = stream, 0

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        found = self.stream.read(size)
        self.count += len(found)
        return found


class MultipartParser(BaseParser):
    """Reads `multipart/form-data` into fields and files, the files not yet judged."""

    media_type = "multipart/form-data"
    most_file_bytes: ClassVar[int] = MOST_FILE_BYTES
    too_large: ClassVar[str] = TOO_LARGE

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> DataAndFiles:  # type: ignore[type-arg]
        """Return the form; raise `file_too_large`, or `invalid_body` for no form."""
        meta: dict[str, Any] = dict((parser_context or {})["request"].META)
        meta["CONTENT_TYPE"] = media_type or ""
        length = int(meta["CONTENT_LENGTH"])
        if length > self.most_file_bytes + OTHER_BYTES:
            raise Refusal("file_too_large", self.too_large)
        counted = CountedStream(stream)
        handler = BoundedUploadHandler(self.most_file_bytes)
        with ExitStack() as undo:
            undo.callback(handler.close)
            form = _parsed(meta, counted, handler)
            if counted.count < length:
                raise Refusal("invalid_body", CUT_OFF)
            undo.pop_all()
        return form


def _parsed(
    meta: Mapping[str, Any], stream: CountedStream, handler: BoundedUploadHandler
) -> DataAndFiles:  # type: ignore[type-arg]
    try:
        form = NamingFormParser(meta, stream, [handler], "utf-8")  # type: ignore[arg-type]
        return DataAndFiles(*form.parse())
    except RequestDataTooBig as error:
        raise BodyTooLarge from error
    except (MultiPartParserError, SuspiciousOperation) as error:
        sentence = f"The form cannot be read: {error}"
        raise Refusal("invalid_body", sentence) from error
    except UnreadablePostError as error:
        raise Refusal("invalid_body", CUT_OFF) from error
