"""The filters of lists and of the search: each alone, and combined, against a naive model."""

import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.agent_console.office import Agent, Office

NONE, OTHER = "-none", "-other"
PINNED = {"vip"}


@dataclass
class Kept:
    """What a test knows of a conversation."""

    id: int
    inbox: str
    language: str | None
    contact: int
    state: str = "open"
    assignee: str | None = None
    last_by: str = "customer"
    topics: set[str] = field(default_factory=set)
    other: bool = False
    tags: set[str] = field(default_factory=set)


Query = dict[str, Any]


def passes(one: Kept, query: Query) -> bool:
    """Say whether a conversation is one that is asked for, as slowly as it can be said."""
    topic, tags = query.get("topic"), query.get("tags")
    about = one.topics | ({OTHER} if one.other else set()) or {NONE}
    return all(
        [
            query.get("inbox") in (None, one.inbox),
            query.get("assignee") in (None, one.assignee),
            query.get("language") in (None, one.language),
            query.get("last_by") in (None, one.last_by),
            query.get("contact") in (None, one.contact),
            topic is None or topic in about,
            tags is None or (not one.tags if tags == NONE else one.tags >= set(tags.split(","))),
            not query.get("pinned") or bool(one.tags & PINNED),
            query.get("status", "open") in ("any", one.state),
        ]
    )


async def _house(office: Office, pavel: Agent, chance: random.Random) -> list[Kept]:
    """Fill an office with conversations of all kinds."""
    kept: list[Kept] = []
    people: dict[int, set[str]] = {}
    for number in range(14):
        inbox, language = chance.choice(["site", "blog"]), chance.choice(["uk", "es"])
        conversation, _ = await office.customer_writes(
            f"привіт {number}",
            customer=f"visitor-{chance.randrange(5)}-{inbox}",
            thread=f"t{number}",
            inbox=inbox,
            sender={"language": language},
        )
        row = (await pavel.row(conversation))["conversation"]
        one = Kept(conversation, inbox, row["language"], row["contact"]["id"])
        one.tags = people.setdefault(one.contact, set())
        await _lives(pavel, chance, one)
        kept.append(one)
    for contact, tags in people.items():
        for tag in chance.sample(["vip", "gross", "debtor"], chance.randrange(3)):
            await pavel.post(f"/api/contacts/{contact}/tags", {"tag": tag}, expect=204)
            tags.add(tag)
    return kept


async def _lives(pavel: Agent, chance: random.Random, one: Kept) -> None:
    path = f"/api/conversations/{one.id}"
    for topic in chance.sample(["prices", "orders"], chance.randrange(3)):
        await pavel.post(f"{path}/topics", {"topic": topic})
        one.topics.add(topic)
    if chance.random() < 0.3:
        await pavel.ask("PUT", f"{path}/other-topic", {"text": "інше"}, expect=200)
        one.other = True
    if chance.random() < 0.5:
        await pavel.says(one.id, "відповідь")
        one.last_by, one.assignee = "agent", "pavel"
    if chance.random() < 0.4:
        await pavel.act("close", one.id)
        one.state = "closed"


EACH: list[Query] = [
    {"inbox": "blog"},
    {"assignee": "pavel"},
    {"language": "es"},
    {"last_by": "customer"},
    {"last_by": "agent"},
    {"topic": "prices"},
    {"topic": OTHER},
    {"topic": NONE},
    {"tags": "vip"},
    {"tags": "vip,gross"},
    {"tags": NONE},
    {"pinned": "1"},
    {"contact": 0},
    {"status": "closed"},
    {"status": "any"},
]


def _combined(chance: random.Random) -> Query:
    query: Query = {}
    for part in chance.sample(EACH, chance.randint(2, 4)):
        query |= part
    return query


@pytest.mark.parametrize("seed", range(3))
async def test_s31_s33_s34_s37_s39_j07_j20_each_filter_alone_and_combined_is_the_naive_one(
    office: Office, pavel: Agent, seed: int
) -> None:
    chance = random.Random(seed)
    house = await _house(office, pavel, chance)
    for query in [*EACH, *(_combined(chance) for _ in range(40))]:
        asked = query | ({"contact": chance.choice(house).contact} if "contact" in query else {})
        wanted = {one.id for one in house if passes(one, asked)}
        for sort in ("activity", "processing", "newest", "oldest"):
            found = await _every_page(pavel, asked | {"sort": sort})
            assert len(found) == len(set(found)), (asked, sort)
            assert set(found) == wanted, (asked, sort)
        hits = (await pavel.get("/api/search", q="привіт", limit=100, **asked))["hits"]
        everywhere = asked if "status" in asked else asked | {"status": "any"}
        expected = {one.id for one in house if passes(one, everywhere)}
        assert {hit["row"]["conversation"]["id"] for hit in hits} == expected, asked


async def _every_page(agent: Agent, asked: Query) -> list[int]:
    found: list[int] = []
    after: str | None = None
    while True:
        more = {} if after is None else {"after": after}
        page = await agent.get("/api/conversations", folder="all", limit=4, **asked, **more)
        found += [row["conversation"]["id"] for row in page["rows"]]
        after = page["next"]
        if after is None:
            return found


async def test_s30_last_activity_goes_by_whoever_wrote_last(office: Office, pavel: Agent) -> None:
    first, _ = await office.customer_writes(customer="visitor-one-1")
    second, _ = await office.customer_writes(customer="visitor-two-2")
    office.clock.tick(5)
    await pavel.says(first, "відповідь")
    await pavel.act("release", first)

    assert await pavel.listed("all", sort="activity") == [first, second]
    await office.customer_writes("ще", customer="visitor-two-2")
    assert await pavel.listed("all", sort="activity") == [second, first]


async def test_r61_all_of_one_person_is_found_in_every_folder(office: Office, pavel: Agent) -> None:
    one, _ = await office.customer_writes(thread="one")
    two, _ = await office.customer_writes(thread="two")
    await office.customer_writes(customer="visitor-two-000002")
    await pavel.act("close", one)
    contact = (await pavel.row(one))["conversation"]["contact"]["id"]

    assert set(await pavel.listed("all", contact=contact, status="any")) == {one, two}
    assert await pavel.listed("new", contact=contact) == [two]
    assert await pavel.listed("closed", contact=contact) == [one]


@pytest.mark.parametrize(
    "query",
    ["tags=", "tags=VIP", "tags=vip,,gross", "tags=-none,vip", f"tags={','.join(['a'] * 11)}",
     "topic=-all", "topic=a b", "last_by=program", "contact=0", "contact=x", "pinned=maybe"],
)  # fmt: skip
async def test_a_filter_that_makes_no_sense_says_which(pavel: Agent, query: str) -> None:
    for path in ("/api/conversations?folder=all&", "/api/search?q=x&"):
        status, error = await pavel.refused("GET", path + query)
        assert (status, list(error["fields"])) == (400, [query.partition("=")[0]])


async def test_text_in_a_filter_is_never_part_of_the_query(office: Office, pavel: Agent) -> None:
    await office.customer_writes()
    for name in ("inbox", "assignee", "language"):
        assert await pavel.listed("all", **{name: "' OR 1=1 --"}) == []
