"""The OpenAPI schema, with what the docstrings say of each field; `python -m dashcam.server.describe` prints it.

The web app's types are made from what it prints.
"""

import ast
import inspect
import re
import textwrap
from functools import cache
from itertools import pairwise
from typing import Any

import msgspec
from litestar import Litestar

from dashcam.server.problem import Problem


def described(app: Litestar) -> dict[str, Any]:
    """Give the schema: names without the modules of generic types, a description on every field that has one."""
    schema = app.openapi_schema.to_schema()
    parts = schema.get("components", {}).get("schemas", {})
    names = {name: _plain(name) for name in parts}
    known = _structs()
    for name, part in parts.items():
        for struct in known.get(names[name].partition("Of")[0], ()):
            if set(part.get("properties", ())) <= set(_encoded(struct)):
                _describe(part, struct)
                break
    schema["components"]["schemas"] = {names[name]: part for name, part in sorted(parts.items())} | _problems()
    _rename(schema, {f"#/components/schemas/{old}": f"#/components/schemas/{new}" for old, new in names.items()})
    said = _handler_docs(app)
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            operation["description"] = said[path, method]
            _say_problems(operation["responses"])
            for parameter in operation.get("parameters", ()):
                parameter["schema"] = _without_null(parameter["schema"])
    return schema


def _handler_docs(app: Litestar) -> dict[tuple[str, str], str]:
    """Read what each route's docstring says; Litestar's own way takes that of its wrapper for some."""
    said = {}
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            fn = handler.fn
            while hasattr(fn, "func"):
                fn = fn.func
            words = inspect.cleandoc(fn.__doc__ or "")
            for method in getattr(handler, "http_methods", ()):
                said[route.path_format, method.lower()] = words
    return said


def _problems() -> dict[str, Any]:
    """What every error looks like, which no route returns by its type."""
    (part,) = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")[1].values()
    part = {name: value for name, value in part.items() if name != "title"}
    _describe(part, Problem)
    return {"Problem": part}


def _say_problems(responses: dict[str, Any]) -> None:
    for status in [status for status in responses if not status.startswith("2")]:
        del responses[status]
    shape = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses["default"] = {"description": "What went wrong, and what to do next.", "content": shape}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Say what a parameter is where it is there: one that is left out is nothing that an address could hold."""
    kinds = [kind for kind in schema.get("oneOf", ()) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {**kinds[0], **{name: value for name, value in schema.items() if name != "oneOf"}}


def _plain(name: str) -> str:
    """`Listing_dashcam.queries.answers.UsageAnswer_` as `ListingOfUsageAnswer`."""
    outer, _, inner = name.partition("_")
    return f"{outer}Of{inner.rstrip('_').rpartition('.')[2]}" if inner else name


def _structs() -> dict[str, list[type[msgspec.Struct]]]:
    """Find every Struct of ours by its name."""
    found: dict[str, list[type[msgspec.Struct]]] = {}
    waiting: list[type[msgspec.Struct]] = list(msgspec.Struct.__subclasses__())
    while waiting:
        struct = waiting.pop()
        waiting += struct.__subclasses__()
        if struct.__module__.startswith("dashcam."):
            found.setdefault(struct.__name__, []).append(struct)
    return found


def _encoded(struct: type[msgspec.Struct]) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(struct)]


def _describe(part: dict[str, Any], struct: type[msgspec.Struct]) -> None:
    part["description"] = inspect.cleandoc(struct.__doc__ or "")
    for name, words in field_docs(struct).items():
        if name in part.get("properties", {}):
            field = part["properties"][name]
            # Beside a $ref nothing else may stand in what generators read, so it is wrapped.
            part["properties"][name] = (
                {"allOf": [field], "description": words} if "$ref" in field else field | {"description": words}
            )


@cache
def field_docs(struct: type[msgspec.Struct]) -> dict[str, str]:
    """Read the docstrings below the fields of a Struct and of those it is made from, by their names in JSON."""
    docs: dict[str, str] = {}
    for one in reversed(struct.__mro__):
        if not one.__module__.startswith("dashcam."):
            continue
        body = ast.parse(textwrap.dedent(inspect.getsource(one))).body[0]
        statements = body.body if isinstance(body, ast.ClassDef) else []
        for field, words in pairwise(statements):
            if (
                isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(words, ast.Expr)
                and isinstance(words.value, ast.Constant)
                and isinstance(words.value.value, str)
            ):
                docs[field.target.id] = re.sub(r"\s+", " ", words.value.value).strip()
    outside = {field.name: field.encode_name for field in msgspec.structs.fields(struct)}
    return {outside.get(name, name): words for name, words in docs.items()}


def _rename(part: Any, names: dict[str, str]) -> None:  # noqa: ANN401  any part of a JSON document
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            part["$ref"] = names.get(part["$ref"], part["$ref"])
        for value in part.values():
            _rename(value, names)
    elif isinstance(part, list):
        for value in part:
            _rename(value, names)
