"""What of a conversation a model is given: what was said aloud, and nothing beside it.

No notes, no activities, no notices of the program itself, no names, no addresses, no files:
only the words that customer and agents have written to each other.
"""

from agent_console.suggestions.drafts import Turn
from bridge.markup import to_plain
from bridge.store import suggestions as s
from bridge.store.transactions import Tx


def spoken(tx: Tx, conversation_id: int, limit: int) -> list[Turn]:
    """Return the last things said, the oldest first."""
    found = tx.all(s.SPOKEN, conversation_id=conversation_id, limit=limit)
    turns = [
        Turn("user" if one.kind == "incoming" else "assistant", to_plain(one.text, one.format))
        for one in reversed(found)
    ]
    return [one for one in turns if one.content.strip()]
