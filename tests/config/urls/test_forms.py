import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, get_resolver, path, resolve, reverse

from config.urls.forms import both_forms, family


def view(request: HttpRequest, **arguments: str) -> HttpResponse:
    """Answer nothing."""
    return HttpResponse()


documented = [
    path("api/assets/<id>", view, name="asset"),
    path("organisations/<organisation_id>/assets", view, name="assets"),
]
urlpatterns = both_forms(documented)


def test_it_answers_at_both_forms() -> None:
    for prefix in ("/", "/api/"):
        one = resolve(f"{prefix}assets/7", __name__)
        several = resolve(f"{prefix}organisations/8/assets", __name__)

        assert (one.func, one.kwargs) == (view, {"id": "7"})
        assert (several.func, several.kwargs) == (view, {"organisation_id": "8"})


def test_it_names_the_form_with_the_prefix() -> None:
    assert reverse("asset", __name__, kwargs={"id": 7}) == "/api/assets/7"
    assert (
        reverse("assets", __name__, kwargs={"organisation_id": 8})
        == "/api/organisations/8/assets"
    )


def test_it_answers_for_paths_of_the_family_only() -> None:
    assets = family(__name__, lambda path: path.startswith("api/assets"))

    assert assets.resolve("api/assets/7").kwargs == {"id": "7"}
    with pytest.raises(Resolver404):
        assets.resolve("api/organisations/8/assets")


def test_it_resolves_every_route_of_the_project() -> None:
    assert get_resolver().url_patterns
