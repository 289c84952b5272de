import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, path, resolve, reverse

from config.urls.any_case import any_case
from config.urls.forms import both_forms


def view(request: HttpRequest, **arguments: str) -> HttpResponse:
    """Answer nothing."""
    return HttpResponse()


documented = [
    path("api/Asset", view, name="assets"),
    path("api/Asset/NextTag", view, name="next-tag"),
    path("api/Asset/<id>", view, name="asset"),
]
urlpatterns = both_forms(documented, any_case)


def test_it_matches_paths_in_any_case() -> None:
    for spelt in ("/api/Asset/nexttag", "/API/ASSET/NEXTTAG", "/asset/NextTag"):
        assert resolve(spelt, __name__).kwargs == {}
    for spelt in ("/api/asset/aB", "/Api/ASSET/aB", "/aSSet/aB"):
        assert resolve(spelt, __name__).kwargs == {"id": "aB"}


def test_it_takes_no_other_letter_for_one_of_ascii() -> None:
    for spelt in ("/api/A\u017fset", "/api/Asset/Ne\u00d7tTag/x", "/api/Assets"):
        with pytest.raises(Resolver404):
            resolve(spelt, __name__)


def test_it_reverses_to_the_documented_spelling() -> None:
    assert reverse("assets", __name__) == "/api/Asset"
    assert reverse("next-tag", __name__) == "/api/Asset/NextTag"
    assert reverse("asset", __name__, kwargs={"id": 7}) == "/api/Asset/7"
