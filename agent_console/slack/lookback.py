"""What is seen by looking, told from what was known before: pure, but for who somebody is.

Slack lists what is, not what was done: a reaction has no time, and what was taken back is only
not there any more.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from agent_console.slack.translate import GONE, REACTIONS, Hearing, ms, unsaid
from agent_console.surface import Heard, Person, Signed, Standing, Unsaid

# A workspace may keep messages for a day alone: what is missing after so long (ms) may have
# been taken away by nobody.
KEPT_FOR = 20 * 3_600_000


class Look(NamedTuple):
    """One look into a channel: since when, and when it began (ms)."""

    place: str
    since: int
    at: int
    ear: Hearing


async def reacted(look: Look, card: Mapping[str, Any], standing: Standing) -> Sequence[Heard]:
    """Return the reactions to a card that are new, and those that are there no more."""
    there: set[tuple[str, str]] = set()
    for one in card.get("reactions") or ():
        name = str(one.get("name", "")).partition("::")[0]
        there |= {(str(user), name) for user in one.get("users") or ()}
        if one.get("count", 0) > len(one.get("users") or ()):
            # Slack does not name everybody: nobody can be told to be missing.
            there |= {known for known in standing.signs if known[1] == name}
    ours = look.ear.account.user
    new = {one for one in there - set(standing.signs) if one[1] in REACTIONS and one[0] != ours}
    old = set(standing.signs) - there
    return [
        *[await _signed(look, card["ts"], *one, gone=False) for one in sorted(new)],
        *[await _signed(look, card["ts"], *one, gone=True) for one in sorted(old)],
    ]


async def _signed(look: Look, ts: str, user: str, name: str, *, gone: bool) -> Signed:
    return Signed(
        key=f"{look.place}:{ts}:{name}:{user}:found:{look.at}:{'-' if gone else '+'}",
        place=look.place,
        thread=ts,
        by=await look.ear.people.person(user),
        at=look.at,
        external_id=ts,
        sign=REACTIONS[name],
        gone=gone,
        name=name,
        found=True,
    )


def gone_replies(
    look: Look, thread: str, written: Sequence[str], replies: Sequence[Mapping[str, Any]]
) -> list[Unsaid]:
    """Return what agents have written and is not there any more; nobody says who did that."""
    there = {one["ts"] for one in replies if one.get("subtype") != GONE}
    lately = [one for one in written if look.at - ms(one) < KEPT_FOR]
    gone = [one for one in lately if one not in there]
    return [unsaid(look.place, thread, one, Person(id=""), look.at) for one in gone]
