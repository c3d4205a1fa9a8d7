"""What has happened with a person, by period and by kind."""

from typing import Any

from tests.agent_console.office import Agent, Office

HOUR = 3_600


async def happened(agent: Agent, contact: int, **asked: Any) -> list[tuple[int, str]]:
    """Return the conversations and the verbs of a person's history."""
    found = await agent.get(f"/api/contacts/{contact}/history", **asked)
    return [(one["conversation_id"], one["activity"]["verb"]) for one in found["messages"]]


async def two_accounts(office: Office, agent: Agent) -> tuple[int, list[int], list[int]]:
    """Join two customers who have written; return the contact, conversations and accounts."""
    conversations = []
    for customer in ("visitor-one-000001", "visitor-two-000002"):
        conversation, _ = await office.customer_writes(customer=customer)
        conversations.append(conversation)
    people = [(await agent.row(one))["conversation"]["contact"]["id"] for one in conversations]
    path = f"/api/contacts/{people[0]}/joins"
    card = (await agent.ask("POST", path, {"other": people[1]}, expect=200)).json()
    return people[0], conversations, [one["id"] for one in card["identities"]]


async def test_r47_the_history_of_a_person_is_of_all_their_conversations(
    office: Office, pavel: Agent
) -> None:
    contact, (first, second), _ = await two_accounts(office, pavel)
    await pavel.act("take", second)

    assert await happened(pavel, contact) == [
        (second, "taken"),
        (second, "people_joined"),
        (first, "people_joined"),
        (second, "opened"),
        (first, "opened"),
    ]


async def test_r47_the_history_of_one_account_is_of_its_own_conversations(
    office: Office, pavel: Agent
) -> None:
    contact, (first, _), accounts = await two_accounts(office, pavel)

    found = await happened(pavel, contact, identity=accounts[0])

    assert found == [(first, "people_joined"), (first, "opened")]


async def test_r47_only_what_was_in_the_period_is_shown(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    contact = (await pavel.row(conversation))["conversation"]["contact"]["id"]
    office.clock.tick(HOUR)
    taken_at = office.clock.now()
    await pavel.act("take", conversation)
    office.clock.tick(HOUR)
    await pavel.act("close", conversation)

    async def between(since: int, until: int) -> list[str]:
        return [verb for _, verb in await happened(pavel, contact, since=since, until=until)]

    assert await between(taken_at, taken_at + 1) == ["taken"]
    assert await between(taken_at + 1, office.clock.now() + 1) == ["closed"]
    assert await between(0, taken_at) == ["opened"]


async def test_r47_only_what_was_asked_for_is_shown(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    contact = (await pavel.row(conversation))["conversation"]["contact"]["id"]
    await pavel.act("take", conversation)
    await pavel.act("close", conversation)

    found = await happened(pavel, contact, verb=["closed", "opened"])

    assert [verb for _, verb in found] == ["closed", "opened"]


async def test_a_long_history_comes_page_by_page(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    contact = (await pavel.row(conversation))["conversation"]["contact"]["id"]
    for _ in range(3):
        await pavel.act("take", conversation)
        await pavel.act("release", conversation)
    path = f"/api/contacts/{contact}/history"

    pages, before = [], None
    while True:
        asked: dict[str, Any] = {} if before is None else {"before": before}
        page = await pavel.get(path, limit=3, **asked)
        pages.append([one["activity"]["verb"] for one in page["messages"]])
        before = page["next"]
        if before is None:
            break

    assert [verb for page in pages for verb in page] == [*["released", "taken"] * 3, "opened"]
    assert [len(page) for page in pages] == [3, 3, 1]


async def test_a_verb_that_is_no_text_to_every_database_has_never_happened(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    contact = (await pavel.row(conversation))["conversation"]["contact"]["id"]

    assert await happened(pavel, contact, verb=["ope\x00ned", "\x00"]) == []
    assert await happened(pavel, contact, verb=["opened", "\x00"]) == [(conversation, "opened")]
