"""The console's page, its assets, and attachments."""

from pathlib import Path

import httpx
import pytest

from agent_console.web import surface
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for what the front end was built into."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Deskbridge</title>")
    (folder / "assets" / "index-Ab3dEf9_.js").write_text("'use strict'")
    monkeypatch.setattr(surface, "_STATIC", folder)
    return folder


def _policy(answer: httpx.Response) -> dict[str, str]:
    parts = answer.headers["content-security-policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


async def test_the_home_page_is_the_console(built: Path, an_office: OpenOffice) -> None:
    async with an_office() as office:
        answer = await office.stranger().http.get("/")

        assert (answer.status_code, answer.headers["location"]) == (302, "/console")


async def test_one_page_serves_every_address_of_the_console(
    built: Path, an_office: OpenOffice
) -> None:
    async with an_office() as office:
        for path in ("/console", "/console/", "/console/all/17", "/console/a/b/c"):
            answer = await office.stranger().http.get(path)
            assert answer.status_code == 200, path
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
            assert "Deskbridge" in answer.text


async def test_the_page_runs_our_assets_and_nothing_else(
    built: Path, an_office: OpenOffice
) -> None:
    async with an_office() as office:
        policy = _policy(await office.stranger().http.get("/console"))

    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["img-src"] == "'self' data: blob:"
    assert policy["media-src"] == "'self' blob:"
    for kind in ("script-src", "style-src", "font-src"):
        assert all(source.endswith("/console-assets/") for source in policy[kind].split())
    assert "unsafe" not in str(policy)


async def test_hashed_assets_are_kept_for_ever_and_others_are_not_there(
    built: Path, an_office: OpenOffice
) -> None:
    async with an_office() as office:
        http = office.stranger().http
        asset = await http.get("/console-assets/assets/index-Ab3dEf9_.js")
        assert asset.status_code == 200
        assert "immutable" in asset.headers["cache-control"]
        assert asset.headers["content-type"].startswith("text/javascript")
        for nothing in ("../office.yaml", "%2e%2e/office.yaml", "assets", "x.js", "assets/../x"):
            answer = await http.get(f"/console-assets/{nothing}")
            assert answer.status_code == 404, nothing


async def _sent_file(office: Office, agent: Agent) -> str:
    conversation, _ = await office.customer_writes()
    upload = await agent.ask(
        "POST", "/api/uploads", files={"file": ("чек 🧾.html", b"<script>x</script>")}, expect=201
    )
    answer = await agent.says(conversation, "", attachments=[upload.json()["id"]])
    url: str = answer["message"]["attachments"][0]["url"]
    return url


async def test_d22_every_agent_downloads_an_attachment_and_nobody_else_does(
    office: Office, pavel: Agent, vera: Agent
) -> None:
    url = await _sent_file(office, pavel)

    for agent in (pavel, vera):
        answer = await agent.http.get(url)
        assert (answer.status_code, answer.content) == (200, b"<script>x</script>")
    anonymous = await office.stranger().http.get(url)
    assert anonymous.status_code == 403
    assert b"script" not in anonymous.content


async def test_an_attachment_is_never_a_page_of_ours(office: Office, pavel: Agent) -> None:
    answer = await pavel.http.get((await _sent_file(office, pavel)).replace("download=1", ""))

    assert answer.headers["content-disposition"].startswith("attachment")
    assert "html" not in answer.headers["content-type"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_an_upload_not_sent_yet_is_its_uploaders_alone(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    upload = await pavel.ask("POST", "/api/uploads", files={"file": ("a.txt", b"x")}, expect=201)
    url = upload.json()["url"]

    assert (await pavel.http.get(url)).status_code == 200
    assert (await anna.http.get(url)).status_code == 403


async def test_files_that_are_not_there_look_like_files_one_may_not_see(
    office: Office, pavel: Agent
) -> None:
    assert (await pavel.http.get("/media/" + "0" * 32)).status_code == 403
