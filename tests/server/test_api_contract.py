"""What the API answers is what its description says, whatever it is asked: random requests, valid and not."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS
from schemathesis.schemas import BaseSchema

from dashcam.server.guard import Rules
from tests.support.serving import Server, seed

NAMES = (
    "content_type_conformance",
    "negative_data_rejection",
    "not_a_server_error",
    "response_headers_conformance",
    "response_schema_conformance",
    "status_code_conformance",
    "unsupported_method",
)
QUICK, THOROUGH = 4, 200
ENDLESS = "/api/live"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> BaseSchema:
    """The API of a server with sessions. Its work is stopped, so that asking for a scan starts no process."""
    home: Path = tmp_path_factory.mktemp("home")
    server = Server(home, f"sqlite:///{home / 'dashcam.db'}")
    seed(server)
    server.desk.work.stop()
    app = server.app(rules=Rules(hosts=frozenset({"testserver"})))
    return schemathesis.openapi.from_asgi("/api/openapi.json", app).exclude(path=ENDLESS)


schema = schemathesis.pytest.from_fixture("api")


def check(case: Any) -> None:  # noqa: ANN401  Case has no public name
    case.call_and_validate(checks=[CHECKS.get_one(name) for name in NAMES])


def asked(examples: int) -> Any:  # noqa: ANN401  a decorator
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@schema.parametrize()
@asked(QUICK)
def test_answers_keep_to_the_description(case: Any) -> None:  # noqa: ANN401
    check(case)


@pytest.mark.slow
@schema.parametrize()
@asked(THOROUGH)
def test_many_more_answers_keep_to_the_description(case: Any) -> None:  # noqa: ANN401
    check(case)
