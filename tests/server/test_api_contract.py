"""What the API answers is what its description says, whatever it is asked: random requests, valid and not."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.schemas import BaseSchema

from dashcam.server.guard import Rules
from dashcam.server.routes import ROUTES
from tests.support.serving import Server, seed

NAMES = (
    "content_type_conformance",
    "not_a_server_error",
    "response_headers_conformance",
    "response_schema_conformance",
    "status_code_conformance",
    "unsupported_method",
)
REFUSAL = "negative_data_rejection"
"""What is not described is refused; but in bodies 0 and 1 are taken as booleans."""
QUICK, THOROUGH = 3, 25
ENDLESS = "/api/live"


OPERATIONS = sorted(
    (re.sub(r":\w+}", "}", path), method)
    for handler in ROUTES
    for path in handler.paths
    for method in handler.http_methods
    if path != ENDLESS
)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> BaseSchema:
    """The API of a server with sessions. Its work is stopped, so that asking for a scan starts no process."""
    home: Path = tmp_path_factory.mktemp("home")
    server = Server(home, f"sqlite:///{home / 'dashcam.db'}")
    seed(server)
    server.desk.work.stop()
    app = server.app(rules=Rules(hosts=frozenset({"testserver"})))
    return schemathesis.openapi.from_asgi("/api/openapi.json", app)


def ask(api: BaseSchema, path: str, method: str, mode: GenerationMode, examples: int) -> None:
    """Send made-up requests to an operation; every answer must keep to the description."""
    names = (*NAMES, REFUSAL) if method == "GET" else NAMES
    checks = [CHECKS.get_one(name) for name in names]

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=api[path][method].as_strategy(generation_mode=mode))
    def asked(case: Any) -> None:  # noqa: ANN401  a Case
        case.call_and_validate(checks=checks)

    with suppress(Unsatisfiable):  # where nothing can be said, nothing can be said wrongly
        asked()


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_answers_keep_to_the_description(api: BaseSchema, path: str, method: str, mode: GenerationMode) -> None:
    ask(api, path, method, mode, QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_many_more_answers_keep_to_it(api: BaseSchema, path: str, method: str, mode: GenerationMode) -> None:
    ask(api, path, method, mode, THOROUGH)
