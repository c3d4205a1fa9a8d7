"""Suggested replies (J35): what a model is given, and what comes of what it says."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bridge.channel import InboundMedia
from tests.agent_console.bearers import with_token
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office
from tests.databases import until
from tests.model_endpoint import TOKEN, Model, model


@contextlib.asynccontextmanager
async def suggesting(an_office: OpenOffice, **more: Any) -> AsyncIterator[tuple[Office, Model]]:
    """Open an office with a model on this machine."""
    async with model() as one:
        keys = {"endpoint": one.url, "model": "small", "allow_private": True} | more
        async with an_office({"suggestions": keys}) as office:
            yield office, one


async def suggested(agent: Agent, conversation: int) -> tuple[int, Any]:
    """Ask for a draft; return the status and what came."""
    answer = await agent.ask("POST", f"/api/conversations/{conversation}/suggestion", {})
    found = answer.json()
    return answer.status_code, found["error"]["code"] if "error" in found else found["text"]


async def test_j35_a_draft_is_made_of_what_was_said_and_of_nothing_else(
    an_office: OpenOffice,
) -> None:
    async with suggesting(an_office, instructions="Be brief.") as (office, model):
        pavel = await office.sign_in("pavel")
        sender = {"name": "Олена Секретна", "email": "olena@example.com", "phone": "+380501112233"}
        conversation, _ = await office.customer_writes("Где мой **заказ**?", sender=sender)
        await pavel.act("take", conversation)
        await pavel.says(conversation, "Смотрю.")
        await pavel.says(conversation, "Клиент нервный", kind="note")
        await office.customer_writes("Долго ещё?", sender=sender)

        assert await suggested(pavel, conversation) == (200, "Ваш заказ в пути.")

    (asked,) = model.asked
    system, *said = asked["messages"]
    assert system["role"] == "system"
    assert system["content"].endswith("Be brief.")
    assert said == [
        {"role": "user", "content": "Где мой **заказ**?"},
        {"role": "assistant", "content": "Смотрю."},
        {"role": "user", "content": "Долго ещё?"},
    ]
    assert (asked["model"], asked["stream"]) == ("small", False)
    for secret in ("нервный", "Олена", "olena@", "+38050", "Павел"):
        assert secret not in str(asked)


async def test_a_draft_is_neither_sent_nor_kept(an_office: OpenOffice) -> None:
    async with suggesting(an_office) as (office, _):
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes()
        await pavel.act("take", conversation)
        before = await pavel.thread(conversation)

        await suggested(pavel, conversation)

        assert await pavel.thread(conversation) == before
        assert await pavel.get(f"/api/conversations/{conversation}/drafts") == {}


async def test_only_the_last_messages_are_given(an_office: OpenOffice) -> None:
    async with suggesting(an_office, max_messages=2) as (office, model):
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes("раз")
        await office.customer_writes("два")
        await office.customer_writes("три")
        await suggested(pavel, conversation)

    assert [one["content"] for one in model.asked[0]["messages"][1:]] == ["два", "три"]


async def test_the_token_goes_to_the_endpoint_and_nowhere_else(
    an_office: OpenOffice, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("MODEL_TOKEN", TOKEN)
    async with suggesting(an_office) as (office, model):
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes("Секретный вопрос")
        assert office.settings.suggestions is not None
        await suggested(pavel, conversation)
        model.status, model.raw = 401, b'{"error": "no such key"}'
        await suggested(pavel, conversation)

    assert "Authorization" not in model.headers[0]
    assert "Секретный вопрос" not in caplog.text
    assert "no such key" not in caplog.text
    assert model.draft not in caplog.text


@pytest.mark.parametrize(
    ("status", "raw", "code"),
    [
        (401, b"{}", "suggestion_refused"),
        (429, b"", "suggestion_refused"),
        (500, b"oops", "suggestion_refused"),
        (302, b"", "suggestion_refused"),
        (200, b"<html>", "suggestion_broken"),
        (200, b"", "suggestion_broken"),
        (200, b'{"choices": [{"message": 1}]}', "suggestion_broken"),
        (200, b"[" * 100_000, "suggestion_broken"),
        (200, b'{"x": "' + b"x" * 300_000 + b'"}', "suggestion_broken"),
        (200, b'{"choices": []}', "suggestion_empty"),
        (200, b'{"choices": [{"message": {"content": null}}]}', "suggestion_empty"),
        (200, b'{"choices": [{"message": {"content": "  "}}]}', "suggestion_empty"),
    ],
)
async def test_what_is_no_draft_is_said_by_a_code(
    an_office: OpenOffice, status: int, raw: bytes, code: str
) -> None:
    async with suggesting(an_office) as (office, model):
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes()
        model.status, model.raw = status, raw

        assert await suggested(pavel, conversation) == (502, code)
        # And the next one is asked for as if nothing had been.
        model.status, model.raw = 200, None
        assert (await suggested(pavel, conversation))[0] == 200


async def test_a_model_that_does_not_answer_is_waited_for_so_long_only(
    an_office: OpenOffice,
) -> None:
    async with suggesting(an_office, timeout="1s") as (office, model):
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes()
        model.answers.clear()

        assert await suggested(pavel, conversation) == (504, "suggestion_timeout")


async def test_each_agent_waits_for_one_draft_at_a_time_and_holds_up_nobody(
    an_office: OpenOffice,
) -> None:
    async with suggesting(an_office) as (office, model):
        pavel, anna = await office.sign_in("pavel"), await office.sign_in("anna")
        conversation, _ = await office.customer_writes()
        model.answers.clear()
        first = asyncio.ensure_future(suggested(pavel, conversation))
        await until(lambda: len(model.asked) == 1)

        assert await suggested(pavel, conversation) == (409, "suggestion_running")
        # The database waits for no model: everybody works on.
        await office.customer_writes("ещё")
        second = asyncio.ensure_future(suggested(anna, conversation))
        await until(lambda: len(model.asked) == 2)
        model.answers.set()

        assert (await first)[0] == (await second)[0] == 200


async def test_who_could_not_answer_gets_no_draft(an_office: OpenOffice) -> None:
    async with suggesting(an_office) as (office, model):
        pavel, ivan = await office.sign_in("pavel"), await office.sign_in("ivan")
        vera, script = await office.sign_in("vera"), await with_token(office, "pavel", scope="read")
        conversation, _ = await office.customer_writes()
        await pavel.act("take", conversation)

        assert await suggested(ivan, conversation) == (409, "taken")
        assert await suggested(vera, conversation) == (403, "forbidden")
        assert await suggested(script, conversation) == (403, "read_only")
        assert await suggested(pavel, 77) == (404, "not_found")
    assert model.asked == []


async def test_where_nothing_was_said_there_is_nothing_to_draft(an_office: OpenOffice) -> None:
    async with suggesting(an_office) as (office, model):
        pavel = await office.sign_in("pavel")
        photo = InboundMedia(kind="image", ref="r1", mime="image/png")
        conversation, _ = await office.customer_writes("", media=[photo])

        assert await suggested(pavel, conversation) == (409, "nothing_to_answer")
    assert model.asked == []


async def test_without_the_section_there_is_no_such_thing(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()

    assert await suggested(pavel, conversation) == (404, "suggestions_off")
    assert pavel.session["settings"]["suggestions"] is False


async def test_a_private_address_is_refused_unless_the_administrator_says_so(
    an_office: OpenOffice,
) -> None:
    inside = {"endpoint": "https://127.0.0.1:9/v1", "model": "small"}
    async with an_office({"suggestions": inside}) as office:
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes()

        assert await suggested(pavel, conversation) == (502, "suggestion_private_address")


async def test_a_model_that_is_not_there_is_said_to_be_so(an_office: OpenOffice) -> None:
    nobody = {"endpoint": "http://127.0.0.1:9/v1", "model": "small", "allow_private": True}
    async with an_office({"suggestions": nobody}) as office:
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes()

        assert await suggested(pavel, conversation) == (502, "suggestion_unreachable")
        assert pavel.session["settings"]["suggestions"] is True
