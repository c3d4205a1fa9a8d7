"""Whatever may be asked of the HTTP API by its own description is answered as described.

Requests are made up from the OpenAPI of the running program, sent as each role and as nobody.
`OPENAPI_EXAMPLES=100 make test TESTS=tests/e2e/test_openapi.py` tries longer, and otherwise
each time.
"""

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any, Self

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import checks
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation

from tests.desk import RunningDesk
from tests.e2e.house import Agents, desk_of_module
from tests.e2e.strangers import Anybody

pytestmark = pytest.mark.slow
EXAMPLES = int(os.environ.get("OPENAPI_EXAMPLES", "0"))
ROLES = ("olga", "anna", "pavel", "vera", "nobody")
desk = desk_of_module(
    {
        "agents.olga": {"name": "Ольга", "role": "owner"},
        "agents.vera": {"name": "Вера", "role": "viewer"},
        "channels.site.messages_per_minute": 1_000_000,
    }
)
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
# What says that something outside of us is away is no fault of ours.
MEANT: dict[str, tuple[int, ...]] = {}
# What only a fault of ours would put into an answer.
INSIDES = re.compile(
    r"Traceback|site-packages|sqlalchemy|sqlite3?\.|psycopg|\$argon2|SELECT ", re.IGNORECASE
)


class Askers:
    """The roles, each signed in, and who is signed in again when a request has ended that."""

    def __init__(self, desk: RunningDesk) -> None:
        """Nobody is in yet."""
        self._desk = desk
        self._agents = Agents(desk)

    def __getitem__(self, role: str) -> tuple[httpx.Client, Mapping[str, str]]:
        """Return who asks, and what their page sends with each request."""
        if role == "nobody":
            return self._nobody, {}
        api = self._agents.api(role)
        return api.http, {"x-csrf-token": api.csrf}

    def __enter__(self) -> Self:
        """Open what nobody asks with."""
        self._nobody = httpx.Client(base_url=self._desk.url, timeout=60)
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        self._nobody.close()
        self._agents.leave()


@pytest.fixture(scope="module")
def askers(desk: RunningDesk) -> Iterator[Askers]:
    """Return the roles, and something for them to ask about."""
    with Askers(desk) as everybody, Anybody.arrive(desk) as visitor:
        visitor.write("Добрый день")
        agents = everybody._agents
        here = agents.api("anna").get("conversations", folder="all")["rows"][0]
        agents.api("anna").reply(here["conversation"]["id"], "Здравствуйте")
        yield everybody


def operations(desk: RunningDesk) -> list[APIOperation[Any, Any, Any, Any]]:
    """Return everything that is described; what ends sessions comes last."""
    described = httpx.get(f"{desk.url}/schema/openapi.json", timeout=60).json()
    schema = schemathesis.openapi.from_dict(described)
    schema.config.update(base_url=desk.url)
    every = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    assert len(every) > 100
    return sorted(every, key=lambda one: "session" in one.path)


def send(askers: Askers, role: str, case: schemathesis.Case[Any]) -> httpx.Response | None:
    """Ask as this role; nothing comes of what no HTTP client would send."""
    http, page_sends = askers[role]
    asked = case.as_transport_kwargs(base_url=str(http.base_url))
    keep = ("method", "url", "params", "json", "data", "files", "content")
    asked = {key: value for key, value in asked.items() if key in keep and value is not None}
    if isinstance(body := asked.get("data"), bytes | str):
        asked["content"] = asked.pop("data")
    elif isinstance(body, list):
        asked["files"] = [*asked.get("files", ()), *((name, (None, value)) for name, value in body)]
        del asked["data"]
    headers = {
        name: value
        for name, value in (case.headers or {}).items()
        if name.lower() in ("content-type", "accept-language")
    }
    try:
        return http.request(
            **asked, headers={**headers, **page_sends, "origin": str(http.base_url)}
        )
    except (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeError):
        return None


def judge(role: str, case: schemathesis.Case[Any], answer: httpx.Response) -> None:
    """Check that it is one of the answers described, and tells nothing of our insides."""
    said = f"{role}: {case.method} {answer.request.url}: {answer.status_code} {answer.text[:400]}"
    assert answer.status_code < 500 or answer.status_code in MEANT.get(case.operation.label, ()), (
        said
    )
    assert not INSIDES.search(answer.text), said
    if role == "nobody" and case.operation.path.startswith("/api/") and not _at_the_door(case):
        assert not answer.is_success, said
    case.validate_response(answer, checks=CHECKS)


def _at_the_door(case: schemathesis.Case[Any]) -> bool:
    """Say whether it asks how one may sign in, which everybody may know."""
    label: str = case.operation.label
    return label == "GET /api/session/ways"


# How near an id of a request comes to one that is there.
NUMBERS = st.one_of(st.none(), st.integers(1, 3))


@pytest.mark.timeout(150 if EXAMPLES == 0 else 0)
def test_every_role_gets_what_is_described_whatever_is_asked(
    desk: RunningDesk, askers: Askers
) -> None:
    wrong: list[str] = []
    for operation in operations(desk):
        modes = [operation.as_strategy(one) for one in GenerationMode]

        @settings(
            max_examples=EXAMPLES or 3,
            derandomize=EXAMPLES == 0,
            database=None,
            deadline=None,
            phases=[Phase.generate, *([Phase.shrink] if EXAMPLES else [])],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.one_of(modes), NUMBERS)
        def answered(case: schemathesis.Case[Any], number: int | None) -> None:
            if number is not None and case.path_parameters:
                case.path_parameters = {
                    name: number if name.endswith("_id") else value
                    for name, value in case.path_parameters.items()
                }
            for role in ROLES:
                answer = send(askers, role, case)
                if answer is not None:
                    judge(role, case, answer)

        try:
            answered()
        except (AssertionError, FailureGroup) as error:
            found = error.exceptions if isinstance(error, FailureGroup) else [error]
            wrong += [f"{operation.label}: {one}" for one in found]
    assert wrong == [], "\n\n".join(wrong)
