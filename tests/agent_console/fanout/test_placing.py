"""Where a conversation is shown: in a place that is for it, else where there is one left."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from msgspec import structs

from agent_console.fanout import outages, records
from agent_console.fanout.deck import Deck
from agent_console.fanout.placing import settled_place
from bridge.models import Conversation
from bridge.store import conversations as q
from bridge.store.transactions import Tx
from tests.agent_console.fanout.board import Board, PlainVoice
from tests.agent_console.office import Office


def decks(office: Office, *maps: Mapping[str | None, Sequence[str]]) -> list[Deck]:
    """Return surfaces, each with its places by team, in the order of the YAML."""

    def deck(rank: int, places: Mapping[str | None, Sequence[str]]) -> Deck:
        return Deck(
            surface_id=f"surface{rank}",
            kind="board",
            can=Board.capabilities,
            voice=PlainVoice(),
            media=office.media,
            desk=office.desk,
            places=lambda team, _inbox: places.get(team, ()),
            refuge=lambda: [one for some in places.values() for one in some],
            rank=rank,
            photo=lambda _tx, _identity: None,
        )

    found = [deck(rank, places) for rank, places in enumerate(maps)]
    for one in found:
        one.others.extend(other for other in found if other is not one)
    return found


async def where(office: Office, found: Sequence[Deck], team: str | None) -> list[str | None]:
    """Return where each surface shows a conversation of a team."""
    conversation_id, _ = await office.customer_writes()

    def asked(tx: Tx) -> list[str | None]:
        row: Conversation = tx.the(q.CONVERSATION_BY_ID, id=conversation_id)
        of_team = structs.replace(row, team_id=team)
        return [settled_place(tx, one, of_team, ()) for one in found]

    return await office.store.read(asked)


async def test_every_surface_shows_what_is_for_it_in_its_first_place(office: Office) -> None:
    found = decks(office, {"sales": ["S1", "S2"]}, {"sales": ["T1"], None: ["T2"]})
    assert await where(office, found, "sales") == ["S1", "T1"]
    assert await where(office, found, None) == [None, "T2"]


async def test_a_lost_place_hands_on_to_the_next_and_the_last_to_another_surface(
    office: Office,
) -> None:
    found = decks(office, {"sales": ["S1", "S2"]}, {"support": ["T1"]}, {"support": ["U1"]})
    await office.store.write(outages.lose, "surface0", "S1", "archived")
    assert await where(office, found, "sales") == ["S2", None, None]
    await office.store.write(outages.lose, "surface0", "S2", "archived")
    assert await where(office, found, "sales") == [None, "T1", None]
    await office.store.write(outages.lose, "surface1", "T1", "kicked")
    assert await where(office, found, "sales") == [None, None, "U1"]


async def test_it_comes_back_when_its_own_place_is_found_again(office: Office) -> None:
    found = decks(office, {"sales": ["S1"]}, {"support": ["T1"]})
    await office.store.write(outages.lose, "surface0", "S1", "archived")
    assert await where(office, found, "sales") == [None, "T1"]
    await office.store.write(outages.find, "surface0", "S1")
    assert await where(office, found, "sales") == ["S1", None]


async def test_a_group_that_has_moved_is_found_under_its_new_number(office: Office) -> None:
    found = decks(office, {None: ["-1"]})

    def moved(tx: Tx) -> None:
        records.move(tx, "surface0", "-1", "-1001", carries=True)

    await office.store.write(moved)
    assert await where(office, found, None) == ["-1001"]


async def test_of_equal_places_the_emptiest_is_taken(office: Office) -> None:
    (deck,) = decks(office, {None: ["G1", "G2"]})
    even = replace(deck, equal=True)
    assert await where(office, [even], None) == ["G1"]
