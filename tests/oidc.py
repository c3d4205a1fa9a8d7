"""An identity provider that asks for no password: a program of its own, from the packages.

What a stricter one demands is tested with `tests/agent_console/oidc/glewlwyd.py`.

`make test` installs it beneath `.venv/oidc`; `OIDC_PYTHON` names another Python that has it.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.ports import free_port

STARTS_WITHIN = 60


def python() -> str:
    """Return the Python that has it, or fail with what to do."""
    beside = Path(sys.prefix) / "oidc" / "bin" / "python"
    found = os.environ.get("OIDC_PYTHON") or str(beside)
    if not Path(found).exists():
        pytest.fail("The identity provider is missing: run scripts/oidc-env.sh", pytrace=False)
    return found


@contextmanager
def provider(people: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Run it with these people, claims by subject; yield its issuer."""
    port = free_port()
    claims = [json.dumps({"sub": sub, **told}) for sub, told in people.items()]
    options = [word for one in claims for word in ("--user-claims", one)]
    command = [python(), "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port), "-n", "true"]
    process = subprocess.Popen(
        [*command, *options],
        # It is built on the library whose tests want https everywhere.
        env={"PATH": os.environ["PATH"], "AUTHLIB_INSECURE_TRANSPORT": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    issuer = f"http://127.0.0.1:{port}"
    try:
        wait_for(process, f"{issuer}/.well-known/openid-configuration")
        yield issuer
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(
    process: "subprocess.Popen[bytes]", url: str, why: Callable[[], str] = lambda: ""
) -> None:
    """Wait until a provider answers at `url`; `why` says what it told where it has ended."""
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        assert process.poll() is None, f"the identity provider has ended: {why()}"
        try:
            httpx.get(url).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the identity provider does not answer")


async def agrees(url: str, subject: str) -> dict[str, str]:
    """Sign in at the provider as somebody; return the answer with which it leads back."""
    return await _answered(url, {"sub": subject})


async def declines(url: str) -> dict[str, str]:
    """Let nobody in at the provider; return the answer with which it leads back."""
    return await _answered(url, {"action": "deny"})


async def _answered(url: str, form: Mapping[str, str]) -> dict[str, str]:
    async with httpx.AsyncClient() as browser:
        shown = await browser.get(url)
        assert re.search("<form", shown.text), shown.text
        answer = await browser.post(url, data=dict(form))
    assert answer.status_code == 302, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))
