"""Writing something down about an asset, with photos, on its page."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from unfold.widgets import UnfoldAdminTextareaWidget

from assets.models import AssetGroup, AssetLog, Nonce
from assets.services import nonces
from assets.services.logs import create_log
from config.api.errors import Refusal, as_refusal
from organisations.admin.addresses import name_of, page_of
from organisations.admin.base import gone
from organisations.admin.forms import REFUSED
from organisations.admin.rights import MEMBERSHIP, desk_of
from organisations.admin.writing import WritingAdmin
from organisations.models import User

MOST_FILES = 10
# What an id may be, so that a nonce of ours is one.
NONCE_BITS = 62


class Files(forms.ClearableFileInput):
    """Takes several files at once."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        """Return every file of the name, in order."""
        return list(files.getlist(name))


class FilesField(forms.FileField):
    """The files that were chosen, in order; the services say what they may be."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=Files(attrs={"class": "log-files"}), allow_empty_file=True, **kwargs
        )

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return all files, or refuse more than are taken at once."""
        files = [one for one in data or () if one]
        if len(files) > MOST_FILES:
            sentence = f"At most {MOST_FILES} files are taken at once."
            raise forms.ValidationError(sentence)
        return [super(FilesField, self).clean(one, initial) for one in files]


class LogForm(forms.Form):
    """A text and its files."""

    log = forms.CharField(
        label="Text",
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
    photos = FilesField(
        label="Photos and other files",
        required=False,
        help_text="JPEG and PNG are shown here; all others can be saved.",
    )
    nonce = forms.CharField(required=False, widget=forms.HiddenInput)

    def refuse(self, refusal: Refusal) -> None:
        """Show what the services said; a file is chosen anew, the text stays."""
        if not refusal.errors:
            self.add_error(None, refusal.message)
        for key, sentences in refusal.errors.items():
            name = "photos" if key == "attachment" else key
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)


def new_form() -> LogForm:
    """Return an empty form, which a nonce lets through once."""
    return LogForm(initial={"nonce": secrets.randbits(NONCE_BITS) or 1})


@transaction.atomic
def write_down(group: AssetGroup, form: LogForm, actor: User) -> None:
    """Write the text with the first file, and a log for each other file.

    All or nothing, and what comes twice is written once. Raise what the services raise.
    """
    claimed = nonces.claim(
        user=actor, kind=Nonce.Kind.LOG, value=form.cleaned_data["nonce"]
    )
    if claimed.original is not None:
        return
    files = form.cleaned_data["photos"]
    text = form.cleaned_data["log"].replace("\r\n", "\n")
    first: AssetLog | None = None
    for place, file in enumerate(files or [None]):
        try:
            log = create_log(
                group=group,
                values={"log": "" if place else text},
                file=file,
                actor=actor,
            )
        except Refusal as refusal:
            raise _of_file(refusal, file, len(files)) from refusal
        first = first or log
    if first is not None:
        nonces.settle(claimed, first)


def _of_file(refusal: Refusal, file: Any, count: int) -> Refusal:
    """Say of several files which one is at fault."""
    if count < 2 or "attachment" not in refusal.errors:
        return refusal
    said = [f"{file.name}: {one}" for one in refusal.errors["attachment"]]
    return Refusal(refusal.code, refusal.message, errors={"attachment": said})


class LogWritingAdmin(WritingAdmin):
    """Lets every member write about a row, as the API does."""

    def may_write_logs(self, request: HttpRequest, row: Any) -> bool:
        """Tell whether the person is a member where the row belongs."""
        return desk_of(request).may(MEMBERSHIP, row.organisation_id)

    def get_urls(self) -> list[Any]:
        """Add the address that logs are posted to."""
        address = path(
            "<path:object_id>/log/",
            self.admin_site.admin_view(self.log_view),
            name=name_of(self.model, "log"),
        )
        return [address, *super().get_urls()]

    def log_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Write the log, or show the form again with the text and what is wrong."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return gone(self, request, object_id)
        if not self.may_write_logs(request, row):
            raise PermissionDenied
        form = new_form()
        if request.method == "POST":
            form = LogForm(request.POST, request.FILES)
            if form.is_valid() and self.is_written(request, row, form):
                self.message_user(request, "It was written down.", messages.SUCCESS)
                return HttpResponseRedirect(f"{page_of(row)}#logs")
        context = {
            **self.admin_site.each_context(request),
            "title": "Write a log",
            "subtitle": str(row),
            "form": form,
            "object": row,
            "opts": self.opts,
            "back_url": page_of(row),
            "media": self.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "assets/page/write_log.html", context)

    def is_written(self, request: HttpRequest, row: Any, form: LogForm) -> bool:
        """Write the log; or tell the form why not."""
        try:
            write_down(row, form, desk_of(request).actor)
        except REFUSED as error:
            refusal = as_refusal(error)
            form.refuse(refusal or Refusal("server_error", ""))
            return False
        return True
