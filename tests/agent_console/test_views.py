"""Lists that agents keep under a name."""

from typing import Any

import pytest

from tests.agent_console.office import Agent, Office


async def _keep(agent: Agent, name: str, *, shared: bool = False, **query: Any) -> Any:
    body = {"name": name, "shared": shared, "query": {"folder": "all"} | query}
    return await agent.post("/api/views", body, expect=201)


async def _names(agent: Agent) -> list[str]:
    return [one["name"] for one in (await agent.get("/api/views"))["views"]]


async def test_a_list_is_kept_as_it_was_narrowed(office: Office, pavel: Agent) -> None:
    query: Any = {"folder": "closed", "sort": "newest", "inbox": "blog", "tags": "vip,debtor"}
    kept = await _keep(pavel, "  Опт   2026 ", **query)

    assert (await pavel.get("/api/views"))["views"] == [kept]
    assert (kept["name"], kept["owner"], kept["shared"]) == ("Опт 2026", "pavel", False)
    assert kept["query"] == query


async def test_ones_own_view_is_nobody_elses(office: Office, pavel: Agent, anna: Agent) -> None:
    kept = await _keep(pavel, "Моё")

    assert await _names(anna) == []
    assert (await anna.refused("PUT", f"/api/views/{kept['id']}", {"name": "x"}))[0] == 404
    assert (await anna.refused("DELETE", f"/api/views/{kept['id']}"))[0] == 404


async def test_a_supervisor_shares_a_view_and_an_agent_does_not(
    office: Office, anna: Agent, pavel: Agent, vera: Agent
) -> None:
    own = await _keep(pavel, "Моё")
    shared = await _keep(anna, "Опт", shared=True)

    assert await _names(pavel) == ["Моё", "Опт"]
    assert await _names(vera) == ["Опт"]
    body = {"name": "x", "shared": True, "query": {"folder": "all"}}
    assert (await pavel.refused("POST", "/api/views", body))[0] == 403
    assert (await pavel.refused("PUT", f"/api/views/{own['id']}", {"shared": True}))[0] == 403
    assert (await pavel.refused("PUT", f"/api/views/{shared['id']}", {"name": "x"}))[0] == 403
    assert (await pavel.refused("DELETE", f"/api/views/{shared['id']}"))[0] == 403


async def test_a_view_is_renamed_ordered_and_forgotten(office: Office, pavel: Agent) -> None:
    first, second = await _keep(pavel, "раз"), await _keep(pavel, "два")

    await pavel.ask("PUT", f"/api/views/{first['id']}", {"name": "три"}, expect=200)
    ids = [second["id"], first["id"]]
    await pavel.ask("PUT", "/api/views/order", {"ids": ids}, expect=204)
    assert await _names(pavel) == ["два", "три"]

    await pavel.ask("DELETE", f"/api/views/{second['id']}", expect=204)
    assert await _names(pavel) == ["три"]


async def test_a_view_counts_what_it_lists_and_what_of_that_is_unread(
    office: Office, pavel: Agent
) -> None:
    one, message = await office.customer_writes(inbox="blog", customer="customer-000001")
    await office.customer_writes(inbox="blog", customer="customer-000002")
    await office.customer_writes(inbox="site", customer="customer-000003")
    await pavel.post(f"/api/conversations/{one}/read", {"message_id": message}, expect=204)
    blog = await _keep(pavel, "Блог", inbox="blog")
    mine = await _keep(pavel, "Мои", folder="mine")
    both = await _keep(pavel, "Все")

    counters = (await pavel.get("/api/views/counters"))["counters"]

    assert counters == {
        str(blog["id"]): {"unread": 1, "total": 2},
        str(mine["id"]): {"unread": 0, "total": 0},
        str(both["id"]): {"unread": 2, "total": 3},
    }


async def test_a_view_of_what_was_deleted_is_counted_only_with_the_right(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await anna.post(f"/api/conversations/{conversation}/delete", expect=204)
    kept = await _keep(anna, "Корзина", shared=True, folder="deleted")

    hers = (await anna.get("/api/views/counters"))["counters"]
    his = (await pavel.get("/api/views/counters"))["counters"]

    assert (hers[str(kept["id"])]["total"], his) == (1, {})


async def test_other_tabs_are_told_and_only_they(office: Office, pavel: Agent, ivan: Agent) -> None:
    cursor = office.hub.cursor()
    await _keep(pavel, "Моё")
    async with (
        office.listening() as address,
        pavel.live(address, after=cursor) as his,
        ivan.live(address, after=cursor) as others,
    ):
        await his.until("views")
        assert [one for one in await others.quiet() if one["type"] == "views"] == []


async def test_everybody_is_told_of_a_shared_one(office: Office, anna: Agent, pavel: Agent) -> None:
    async with office.listening() as address, pavel.live(address) as his:
        await his.until("hello")
        kept = await _keep(anna, "Опт", shared=True)
        await his.until("views")
        await anna.ask("PUT", f"/api/views/{kept['id']}", {"shared": False}, expect=200)
        await his.until("views")

    assert await _names(pavel) == []


async def test_nobody_keeps_more_than_are_counted(
    office: Office, pavel: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent_console.actions.views.MOST_VIEWS", 1)
    await _keep(pavel, "раз")
    body = {"name": "два", "query": {"folder": "all"}}

    assert (await pavel.refused("POST", "/api/views", body))[0] == 422


@pytest.mark.parametrize(
    "query", [{"folder": "nowhere"}, {"folder": "all", "topic": "'; --"}, {"folder": "all", "x": 1}]
)
async def test_a_view_of_no_list_is_not_kept(office: Office, pavel: Agent, query: Any) -> None:
    status, _ = await pavel.refused("POST", "/api/views", {"name": "x", "query": query})

    assert status in (400, 422)
