"""The description of the API says of every route and field what the code says of it."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from dashcam.records.settings import PriceOverride
from dashcam.server.app import description
from dashcam.server.problem import Problem
from dashcam.server.routes import ROUTES
from dashcam.server.schema import _plain, field_docs
from tests.support.serving import Client

JSON = "application/json"


def operations() -> Iterator[dict[str, Any]]:
    for path in description()["paths"].values():
        yield from path.values()


def parts() -> dict[str, Any]:
    found: dict[str, Any] = description()["components"]["schemas"]
    return found


def references(part: object) -> Iterator[str]:
    """List all that a part of the description refers to."""
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for one in part.values():
            yield from references(one)
    elif isinstance(part, list):
        for one in part:
            yield from references(one)


def test_every_route_says_in_words_what_it_does() -> None:
    operations = [one for path in description()["paths"].values() for one in path.values()]
    silent = [one["operationId"] for one in operations if not one["description"] or "callable" in one["description"]]
    assert silent == []


def test_a_route_is_described_by_its_own_docstring() -> None:
    assert description()["paths"]["/api/doctor"]["get"]["description"] == (
        "Look at the database, the files, the lines and the prices; the worst comes first."
    )


def test_a_field_is_described_by_the_words_below_it() -> None:
    hit = description()["components"]["schemas"]["HitAnswer"]["properties"]
    assert hit["event_id"]["description"] == "Where in its session it stands; a link to it ends with this."


def test_every_route_is_described() -> None:
    described = {(path, method.upper()) for path, operations in description()["paths"].items() for method in operations}
    ours = {(re.sub(r":\w+}", "}", path), way) for one in ROUTES for path in one.paths for way in one.http_methods}
    assert described == ours


def test_every_route_has_a_summary_of_its_own() -> None:
    summaries = [one["summary"] for one in operations()]
    assert len(set(summaries)) == len(summaries)


def test_every_parameter_says_what_it_is() -> None:
    silent = [
        f"{one['operationId']}: {parameter['name']}"
        for one in operations()
        for parameter in one.get("parameters", ())
        if not parameter.get("description")
    ]
    assert silent == []


def test_a_parameter_that_may_be_left_out_is_never_null() -> None:
    kinds = [parameter["schema"] for one in operations() for parameter in one.get("parameters", ())]
    assert [kind for kind in kinds if {"type": "null"} in kind.get("oneOf", ())] == []


def test_every_error_is_described_as_a_problem() -> None:
    for one in operations():
        assert sorted(one["responses"])[1:] == ["default"], "one success, and all else"
        said = one["responses"]["default"]
        assert said["content"][JSON]["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert set(parts()["Problem"]["properties"]) == set(Problem.__struct_fields__)


def test_every_answer_in_json_has_a_type() -> None:
    for one in operations():
        (success,) = [said for status, said in one["responses"].items() if status != "default"]
        shape = success.get("content", {}).get(JSON, {}).get("schema")
        shape = shape and shape.get("items", shape)
        assert shape is None or "$ref" in shape, one["operationId"]


def test_whatever_is_referred_to_is_there() -> None:
    known = {f"#/components/schemas/{name}" for name in parts()}
    assert set(references(description())) <= known


def test_names_are_plain() -> None:
    assert [name for name in parts() if not re.fullmatch(r"[A-Z][A-Za-z]*", name)] == []
    assert _plain("Listing_dashcam.queries.answers.UsageAnswer_") == "ListingOfUsageAnswer"


def test_every_shape_says_what_it_is() -> None:
    silent = [name for name, part in parts().items() if part.get("type") == "object" and not part.get("description")]
    assert silent == []


def test_every_field_that_has_words_in_the_code_has_them_here() -> None:
    waiting, seen = list(msgspec.Struct.__subclasses__()), 0
    while waiting:
        struct = waiting.pop()
        waiting += struct.__subclasses__()
        part = parts().get(struct.__name__)
        if not struct.__module__.startswith("dashcam.") or part is None:
            continue
        if set(part.get("properties", ())) != {field.encode_name for field in msgspec.structs.fields(struct)}:
            continue
        for name, words in field_docs(struct).items():
            assert part["properties"][name]["description"] == words, f"{struct.__name__}.{name}"
            seen += 1
    assert seen > 50


def test_a_field_that_may_be_left_out_is_not_required() -> None:
    required = {field.encode_name for field in msgspec.structs.fields(PriceOverride) if field.required}
    assert set(parts()["PriceOverride"]["required"]) == required == {"model", "input", "output"}


def test_it_is_served_and_needs_nothing_from_elsewhere(client: Client) -> None:
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == msgspec.json.decode(msgspec.json.encode(description()))
    for path in ("/schema", "/schema/openapi.json", "/schema/swagger", "/schema/redoc"):
        assert client.get(path).status_code == 404
