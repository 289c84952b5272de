"""The back office's pages of imports: a file, its columns, a dry run, the import, undo.

They stand above the apps, because what they load are the rows of all of them; the
model is the app of organisations'. `config.admin` has them found.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import path
from unfold.decorators import action

from config.api.errors import Refusal
from config.imports import receiving
from config.imports.asking import asked_for, permissions_of
from config.imports.forms import MappingForm, UndoForm, UploadForm
from config.imports.jobs import Job, job_of
from config.imports.preview import preview
from config.imports.refusals import as_csv
from config.imports.resources import RESOURCES
from config.imports.tasks import copy_of
from config.imports.undoing import undo
from organisations.admin.addresses import page_of
from organisations.admin.base import ScopedAdmin, gone
from organisations.admin.choosing import choose_organisation, chosen_organisation
from organisations.admin.filters import RowFilter
from organisations.admin.rights import MEMBERSHIP, Desk, desk_of
from organisations.models import ImportRun

State = ImportRun.State
MOST_SHOWN = 200
# What the page of an import tells of its report: a title, and which words of it.
PARTS = (
    ("Why the file was not loaded", "problems", "code line message"),
    ("Refused rows", "refusals", "line column value code reason"),
    ("What changes", "differences", "line row key old new"),
    ("Columns", "columns", "column target type"),
    ("What is not kept", "lost", "column filled reason"),
    ("Notes", "notes", "message count"),
)
KEPT = ("kind", "row", "why")
NO_STORE = {"Cache-Control": "no-store"}
Page = Callable[[HttpRequest, ImportRun], HttpResponseBase]


@admin.register(ImportRun)
class ImportAdmin(ScopedAdmin):
    """Imports, for staff who may write such rows one by one."""

    permission = MEMBERSHIP
    ordering = ("-id",)
    sortable_by = ()
    list_display = (
        *("file_name", "type", "who", "created_at", "state_shown"),
        *("rows", "created", "updated", "skipped", "refused", "organisation"),
    )
    list_filter = ("state", "type", ("organisation", RowFilter))
    list_select_related = ("organisation",)
    search_fields = ("file_name", "who", "sha256")
    actions_list = ("upload",)

    @admin.display(description="state")
    def state_shown(self, noted: ImportRun) -> str:
        """Return the state, and whether nothing was to be written."""
        told = str(noted.get_state_display()).lower()
        return f"{told} (dry run)" if noted.is_dry_run else told

    def scoped(self, rows: Any, request: HttpRequest) -> Any:
        """Narrow imports to those that the person might have made."""
        rows, desk = super().scoped(rows, request), desk_of(request)
        if desk.actor.is_superuser:
            return rows
        mine = Q(pk__in=[])
        for organisation in desk.permissions:
            mine |= Q(organisation=organisation, type__in=types_for(desk, organisation))
        return rows.filter(mine)

    def get_urls(self) -> list[Any]:
        """Add the pages of the steps."""
        pages: dict[str, Page] = {
            "mapping": self.mapping_page,
            "load": self.load,
            "progress": self.progress_part,
            "refusals": self.refusals,
            "undo": self.undo_page,
        }
        steps = [
            path(
                f"<int:key>/{name}/",
                self.admin_site.admin_view(self._step(page)),
                name=f"organisations_importrun_{name}",
            )
            for name, page in pages.items()
        ]
        return steps + list(super().get_urls())

    def _step(self, page: Page) -> Callable[..., HttpResponseBase]:
        """Return a view that finds the import, and says what was refused."""

        def view(request: HttpRequest, key: int) -> HttpResponseBase:
            noted = self.get_object(request, str(key))
            if noted is None:
                raise Http404
            try:
                return page(request, noted)
            except Refusal as refusal:
                self.message_user(request, refusal.message, messages.ERROR)
                return to_run(noted)

        return view

    def has_upload_permission(self, request: HttpRequest) -> bool:
        """Let those upload who may write some kind of row somewhere."""
        desk = desk_of(request)
        if desk.actor.is_superuser:
            return True
        return any(types_for(desk, key) for key in desk.permissions)

    @action(description="Import a file", permissions=["upload"], icon="upload")  # type: ignore[untyped-decorator]
    def upload(self, request: HttpRequest) -> HttpResponseBase:
        """Ask for the organisation, then for the file."""
        if not self.has_upload_permission(request):
            raise PermissionDenied
        organisation = chosen_organisation(self, request)
        if organisation is None:
            return choose_organisation(self, request)
        desk = desk_of(request)
        given = (request.POST, request.FILES) if request.method == "POST" else ()
        types = types_for(desk, organisation.pk)
        if not types:
            raise PermissionDenied
        form = UploadForm(types, *given)
        if given and form.is_valid():
            try:
                asked = asked_for(form.values(), organisation, desk.actor)
                noted = receiving.receive(
                    form.cleaned_data["file"],
                    asked,
                    lambda job: require(desk, job),
                    is_draft=True,
                )
            except Refusal as refusal:
                form.add_error(None, refusal.message)
            else:
                return to_step(noted, "mapping")
        return self.shown(
            request, "upload", "Import a file", form=form, organisation=organisation
        )

    def mapping_page(self, request: HttpRequest, noted: ImportRun) -> HttpResponseBase:
        """Show the first rows, and ask where their columns go; then try it."""
        refuse_without_file(noted)
        with copy_of(noted) as file:
            job = job_of(noted, file)
            seen = preview(job)
        given = (request.POST,) if request.method == "POST" else ()
        form = MappingForm(job, seen, *given)
        if given and seen.columns and form.is_valid():
            desk = desk_of(request)
            wanted = form.chosen()
            require(desk, wanted)
            tried = receiving.renew(noted, replace(wanted, terms=_by(desk, wanted)))
            receiving.start(tried)
            return to_run(tried)
        return self.shown(
            request, "mapping", "Columns and options", noted, form=form, preview=seen
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show how far an import is, or what it did."""
        noted = self.get_object(request, object_id)
        if noted is None:
            return gone(self, request, object_id)
        if noted.state == State.DRAFT and noted.file:
            return to_step(noted, "mapping")
        title = "Dry run" if noted.is_dry_run else "Import"
        return self.shown(request, "run", title, noted, **told(noted))

    def progress_part(self, request: HttpRequest, noted: ImportRun) -> HttpResponseBase:
        """Answer the part of the page that changes while the import runs."""
        if noted.state not in ImportRun.OPEN:
            return HttpResponse(headers={"HX-Refresh": "true", **NO_STORE})
        return self.shown(request, "progress", "", noted, **told(noted))

    def load(self, request: HttpRequest, noted: ImportRun) -> HttpResponseBase:
        """Do what the dry run tried."""
        if request.method != "POST":
            return to_run(noted)
        if not can_load(noted):
            raise Refusal("invalid_body", "Only a dry run that is done can be loaded.")
        desk = desk_of(request)
        job = replace(job_of(noted), dry_run=False)
        require(desk, job)
        wet = receiving.repeat(noted, replace(job, terms=_by(desk, job)))
        receiving.start(wet)
        return to_run(wet)

    def refusals(self, request: HttpRequest, noted: ImportRun) -> HttpResponseBase:
        """Answer the refused rows as a file."""
        return as_csv(noted)

    def undo_page(self, request: HttpRequest, noted: ImportRun) -> HttpResponseBase:
        """Ask whether to take the import back, and do so."""
        given = (request.POST,) if request.method == "POST" else ()
        form, done = UndoForm(*given), None
        if given and form.is_valid():
            with transaction.atomic():
                done = undo(noted, actor=desk_of(request).actor, **form.cleaned_data)
            if noted.state == State.UNDONE:
                sentence = (
                    f"Taken back: {done.deleted:,} rows deleted, {done.reverted:,} as "
                    f"they were, {len(done.kept):,} kept."
                )
                self.message_user(request, sentence, messages.SUCCESS)
                return to_run(noted)
        kept = done.kept[:MOST_SHOWN] if done else ()
        rows = [(one.model, one.row, one.reason) for one in kept]
        count = len(done.kept) if done else 0
        return self.shown(
            request,
            "undo",
            "Undo an import",
            noted,
            form=form,
            kept=rows,
            count=count,
            headings=KEPT,
        )

    def shown(
        self,
        request: HttpRequest,
        template: str,
        title: str,
        noted: ImportRun | None = None,
        **context: Any,
    ) -> HttpResponse:
        """Answer a page."""
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            f"imports/{template}.html",
            {
                **self.admin_site.each_context(request),
                "title": title,
                "subtitle": str(noted) if noted else None,
                "opts": self.opts,
                "noted": noted,
                "media": self.media,
                **context,
            },
            headers=NO_STORE,
        )


def types_for(desk: Desk, organisation: int) -> list[str]:
    """Return the types of rows that the person may write in an organisation."""
    return [
        name
        for name, resource in sorted(RESOURCES.items())
        if all(desk.may(one, organisation) for one in resource.permissions(frozenset()))
    ]


def require(desk: Desk, job: Job) -> None:
    """Raise `missing_permission` unless the person may do what the job does."""
    for permission in sorted(permissions_of(job)):
        if not desk.may(permission, job.terms.organisation.pk):
            raise Refusal("missing_permission", f"This needs {permission}.")


def can_load(noted: ImportRun) -> bool:
    """Tell whether this is a dry run whose file can be loaded now."""
    is_tried = noted.is_dry_run and noted.state == State.DONE
    return is_tried and bool(noted.file)


def refuse_without_file(noted: ImportRun) -> None:
    """Raise `file_not_found` for an import whose file is not kept any more."""
    if not noted.file:
        raise Refusal("file_not_found", "The file is not kept any more; upload it.")


def told(noted: ImportRun) -> dict[str, Any]:
    """Return what the page of an import shows beside the import."""
    report = noted.report
    is_open = noted.state in ImportRun.OPEN
    return {
        "is_open": is_open,
        "tally": receiving.progress_of(noted),
        "counts": [
            (name, getattr(noted, name))
            for name in ("rows", "created", "updated", "skipped", "refused")
        ],
        "parts": [part_of(report, *part) for part in PARTS],
        "has_refusals": bool(report.get("refusals")),
        "can_load": can_load(noted) and bool(noted.created or noted.updated),
        "can_map": not is_open and noted.file,
        "can_undo": not noted.is_dry_run and noted.state == State.DONE,
    }


def part_of(report: dict[str, Any], title: str, key: str, names: str) -> dict[str, Any]:
    """Return the first lines of a part of a report, as a table."""
    lines = (report.get(key) or [])[:MOST_SHOWN]
    headings = names.split()
    rows = [
        ["" if line.get(name) is None else line[name] for name in headings]
        for line in lines
    ]
    return {"title": title, "headings": headings, "rows": rows}


def _by(desk: Desk, job: Job) -> Any:
    """Return the terms of a job on behalf of the person who asks."""
    return replace(job.terms, actor=desk.actor)


def to_run(noted: ImportRun) -> HttpResponseRedirect:
    """Redirect to the page of an import."""
    return HttpResponseRedirect(page_of(noted))


def to_step(noted: ImportRun, step: str) -> HttpResponseRedirect:
    """Redirect to a step of an import."""
    return HttpResponseRedirect(page_of(noted, step))
