"""What Prometheus asks: how many requests, how long, how answered."""

import os

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)

METHODS = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
# Every label is one of few words: what strangers make up is counted as one.
UNKNOWN = "unknown"

ANSWERS = Counter(
    "http_requests", "Requests that were answered.", ["route", "method", "status"]
)
SECONDS = Histogram(
    "http_request_duration_seconds",
    "How long answers took.",
    ["route", "method"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
QUERIES = Histogram(
    "http_request_queries",
    "How many statements answers sent to the database.",
    ["route"],
    buckets=(0, 2, 4, 6, 8, 12, 20, 50, 100),
)


def count(
    request: HttpRequest, response: HttpResponseBase, seconds: float, queries: int
) -> None:
    """Count an answer under its route."""
    match = request.resolver_match
    route = f"/{match.route}" if match else UNKNOWN
    method = request.method if request.method in METHODS else UNKNOWN
    ANSWERS.labels(route, method, str(response.status_code)).inc()
    SECONDS.labels(route, method).observe(seconds)
    QUERIES.labels(route).observe(queries)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the counts of all processes to who has the token; others find nothing.

    Raise Http404 also where no METRICS_TOKEN is set.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    known = settings.METRICS_TOKEN
    is_known = known and constant_time_compare(token.strip(), known)
    if not is_known or scheme.lower() != "bearer":
        raise Http404
    return HttpResponse(generate_latest(_counts()), content_type=CONTENT_TYPE_LATEST)


def _counts() -> CollectorRegistry:
    """Return the counts of this process, or of all where there are several."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
