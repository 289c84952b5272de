"""Imports through the fleet API: files in, and how they fared."""

from typing import Any, ClassVar

from django.db import models
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.errors import Refusal
from config.api.fields import SnowflakeString
from config.api.uploads import MultipartParser
from config.imports import receiving, tally
from config.imports.asking import asked_for, permissions_of
from config.imports.hints import hints_for
from config.imports.jobs import Job
from config.imports.resources import RESOURCES
from config.imports.undoing import Undone, undo
from organisations.api.fleet.base import FleetSerializer, IdOf, RegisterViewSet
from organisations.models import ImportRun

# So many rows are named that stand against taking an import back.
MOST_NAMED = 50


class ImportParser(MultipartParser):
    """Reads forms with files as large as imports may be."""

    most_file_bytes = receiving.MOST_BYTES
    too_large = receiving.TOO_LARGE


class NewImportSerializer(serializers.Serializer[Any]):
    """A file and how to take it: the options of `manage.py import_data`."""

    file = serializers.FileField(max_length=1_000)
    type = serializers.ChoiceField(
        sorted(RESOURCES),
        default="",
        allow_blank=True,
        help_text="What the rows are; what the preset says, else assets.",
    )
    preset = serializers.CharField(
        default="",
        allow_blank=True,
        help_text="What program the file is from, - for none; found by the headers.",
    )
    dry_run = serializers.BooleanField(default=False)
    map = serializers.ListField(
        child=serializers.CharField(),
        default=list,
        help_text="HEADER=KEY, once for each column that is to be placed.",
    )
    set = serializers.ListField(
        child=serializers.CharField(),
        default=list,
        help_text="KEY=VALUE, the value of rows that have none.",
    )
    match = serializers.CharField(default="", allow_blank=True)
    on_conflict = serializers.ChoiceField(["update", "skip", "fail"], default="update")
    create_missing = serializers.CharField(
        default="", allow_blank=True, help_text="Kinds of rows with commas, or all."
    )
    unique = serializers.CharField(default="", allow_blank=True)
    long_names = serializers.ChoiceField(["cut", "refuse"], default="cut")
    skip_invalid = serializers.BooleanField(default=False)
    ignore_unknown = serializers.BooleanField(default=False)
    again = serializers.BooleanField(default=False)
    in_parts = serializers.BooleanField(default=False)
    sheet = serializers.CharField(default="", allow_blank=True)
    encoding = serializers.CharField(default="", allow_blank=True)
    header_row = serializers.IntegerField(default=0, min_value=0, max_value=1 << 31)
    skip_rows = serializers.IntegerField(default=0, min_value=0, max_value=1 << 31)
    dates = serializers.ChoiceField(["dmy", "mdy"], default="", allow_blank=True)


class ProgressSerializer(serializers.Serializer[Any]):
    """How far an import is."""

    done = serializers.IntegerField()
    total = serializers.IntegerField()


class ImportSerializer(FleetSerializer):
    """An import: who loads which file, how far it is, and what it did."""

    id = SnowflakeString(read_only=True)
    organisation_id = IdOf("organisation")
    user_id = IdOf("user", allow_null=True)
    dry_run = serializers.BooleanField(source="is_dry_run", read_only=True)
    progress = serializers.SerializerMethodField()

    class Meta:
        model = ImportRun
        fields: Any = (
            "id",
            "organisation_id",
            "type",
            "file_name",
            "sha256",
            "size",
            "dry_run",
            "state",
            "progress",
            "rows",
            "created",
            "updated",
            "skipped",
            "refused",
            "user_id",
            "who",
            "created_at",
            "started_at",
            "finished_at",
            "undone_at",
            "undone_by",
        )
        read_only_fields = fields

    @extend_schema_field(ProgressSerializer(allow_null=True))
    def get_progress(self, noted: ImportRun) -> dict[str, int] | None:
        """Return the rows done so far, while there is something to tell."""
        found = receiving.progress_of(noted)
        return {"done": found.done, "total": found.total} if found else None


class ProblemSerializer(serializers.Serializer[Any]):
    """Why a file as a whole was refused."""

    code = serializers.CharField()
    message = serializers.CharField()
    column = serializers.CharField()
    line = serializers.IntegerField(allow_null=True)


class NoteSerializer(serializers.Serializer[Any]):
    """What an import assumed, changed or left out."""

    code = serializers.CharField()
    message = serializers.CharField()
    count = serializers.IntegerField()


class PlacedSerializer(serializers.Serializer[Any]):
    """Where a column went."""

    column = serializers.CharField()
    target = serializers.CharField()
    type = serializers.CharField()


class RefusedSerializer(serializers.Serializer[Any]):
    """Why a row was refused."""

    line = serializers.IntegerField()
    column = serializers.CharField()
    value = serializers.CharField()
    code = serializers.CharField()
    reason = serializers.CharField()


class DifferenceSerializer(serializers.Serializer[Any]):
    """One value that an update changes."""

    line = serializers.IntegerField()
    row = serializers.CharField()
    key = serializers.CharField()
    old = serializers.JSONField(allow_null=True)
    new = serializers.JSONField(allow_null=True)


class LostSerializer(serializers.Serializer[Any]):
    """What a file holds and nobody keeps."""

    column = serializers.CharField()
    filled = serializers.IntegerField()
    reason = serializers.CharField()


class ReportSerializer(serializers.Serializer[Any]):
    """What an import did; refusals and differences are the first 1,000."""

    preset = serializers.CharField()
    blank = serializers.IntegerField()
    problems = ProblemSerializer(many=True)
    notes = NoteSerializer(many=True)
    columns = PlacedSerializer(many=True)
    lost = LostSerializer(many=True)
    codes = serializers.DictField(child=serializers.IntegerField())
    hints = serializers.DictField(
        child=serializers.CharField(), help_text="What helps against a code."
    )
    refusals = RefusedSerializer(many=True)
    differences = DifferenceSerializer(many=True)


REPORTED: tuple[Any, ...] = tuple(ReportSerializer().fields)


class ImportWithReportSerializer(ImportSerializer):
    """An import with its report."""

    report = serializers.SerializerMethodField()

    class Meta(ImportSerializer.Meta):
        fields = (*ImportSerializer.Meta.fields, "report")
        read_only_fields = fields

    @extend_schema_field(ReportSerializer(allow_null=True))
    def get_report(self, noted: ImportRun) -> dict[str, Any] | None:
        """Return the report of an import that has ended."""
        if not noted.finished_at:
            return None
        told = {name: noted.report.get(name) for name in REPORTED}
        return {**told, "hints": hints_for(told["codes"] or ())}


class UndoSerializer(serializers.Serializer[Any]):
    """How to take an import back."""

    keep_changed = serializers.BooleanField(
        default=False, help_text="Leave rows as they are that were changed since."
    )


class KeptSerializer(serializers.Serializer[Any]):
    """A row that stays as the import left it."""

    model = serializers.CharField()
    id = SnowflakeString()
    row = serializers.CharField()
    reason = serializers.CharField()


class UndoneSerializer(serializers.Serializer[Any]):
    """What became of an import that was taken back."""

    deleted = serializers.IntegerField()
    reverted = serializers.IntegerField()
    kept = KeptSerializer(many=True)


class ImportViewSet(RegisterViewSet):
    """Imports of an organisation, for those who may write such rows one by one."""

    queryset = ImportRun.objects.exclude(state=ImportRun.State.DRAFT)
    serializer_class = ImportSerializer
    filter_backends = ()
    page_size = 50
    parser_classes: Any = [ImportParser]
    missing: ClassVar = ("not_found", "The import does not exist.")
    path = "imports"

    def check_access(self) -> None:
        """Ask for what writing the rows of the import takes, where it is known."""
        self.access.require_member()
        if self.row is not None:
            for permission in sorted(_permissions(self.row.type)):
                self.access.require(permission)

    def check_permissions_of(self, job: Job) -> None:
        """Refuse what the caller could not do row by row either."""
        for permission in sorted(permissions_of(job)):
            self.access.require(permission)

    def listed(self) -> "models.QuerySet[Any, Any]":
        """Return the imports that the caller might have made, the latest first."""
        held = self.access.permissions
        types = [name for name in RESOURCES if _permissions(name) <= held]
        return super().listed().filter(type__in=types)

    @extend_schema(responses=ImportWithReportSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer an import with its progress, or with its report."""
        self.serializer_class = ImportWithReportSerializer
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        request={"multipart/form-data": NewImportSerializer},
        responses={202: ImportSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take a file, which a worker loads; its import tells how it fares."""
        wanted = NewImportSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        asked = asked_for(values, self.access.organisation, self.actor)
        noted = receiving.receive(values["file"], asked, self.check_permissions_of)
        receiving.start(noted)
        headers = {"Location": self.location_of(noted)}
        return Response(
            self.shown(noted), status=status.HTTP_202_ACCEPTED, headers=headers
        )


class UndoViewSet(ImportViewSet):
    """Taking an import back."""

    parser_classes = RegisterViewSet.parser_classes

    @extend_schema(request=UndoSerializer, responses={200: UndoneSerializer})
    def undo(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take the import back, unless rows of it stand against that."""
        wanted = UndoSerializer(data=self.body)
        wanted.is_valid(raise_exception=True)
        done = undo(self.row, actor=self.actor, **wanted.validated_data)
        if self.row.state != ImportRun.State.UNDONE:
            raise in_the_way(done)
        tally.forget(self.row.pk)
        return Response(UndoneSerializer(done).data)


def in_the_way(undone: Undone) -> Refusal:
    """Return the refusal that names the rows which stand against taking back."""
    said = [
        f"{kept.model} {kept.row} ({kept.id}): {kept.reason}"
        for kept in undone.kept[:MOST_NAMED]
    ]
    count = len(undone.kept)
    sentence = f"{count:,} rows stand against it; keep_changed leaves them as they are."
    return Refusal("import_changed_since", sentence, errors={"keep_changed": said})


def _permissions(type: str) -> frozenset[str]:
    resource = RESOURCES.get(type)
    return resource.permissions(frozenset()) if resource else frozenset()
