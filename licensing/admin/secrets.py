"""Certificates and licence infos; their passwords are shown on no page."""

from django.contrib import admin

from licensing.admin.attention import CertificateEndsFilter
from licensing.admin.licences import ReadingAdmin
from licensing.models import Certificate, LicenceInfo
from organisations.admin.filters import RowFilter


@admin.register(Certificate)
class CertificateAdmin(ReadingAdmin):
    """Certificates and when they end."""

    list_display = ("name", "subject", "not_after", "asset", "organisation")
    list_filter = (
        CertificateEndsFilter,
        ("organisation", RowFilter),
        ("asset", RowFilter),
    )
    list_select_related = ("asset", "attachment", "organisation")
    search_fields = ("name", "subject", "thumbprint")
    fields = (
        "name",
        "subject",
        "issuer",
        "thumbprint",
        ("not_before", "not_after"),
        "asset",
        "attachment",
        "created_at",
        "updated_at",
        "organisation",
    )


@admin.register(LicenceInfo)
class LicenceInfoAdmin(ReadingAdmin):
    """Installations of licensed software."""

    list_display = ("__str__", "version", "is_trial", "trialexpiry", "organisation")
    list_filter = ("is_trial", ("organisation", RowFilter))
    list_select_related = ("location", "organisation")
    search_fields = ("organisationname", "apiurl")
    fields = (
        "uuid",
        "organisationname",
        "location",
        "version",
        "apiurl",
        "is_trial",
        "support_type",
        ("trialexpiry", "registrationdate"),
        "created_at",
        "updated_at",
        "organisation",
    )
