"""Whom a message calls by name. Pure."""

from collections.abc import Mapping

from bridge.botapi.raw import Raw, integer, items, maybe, part


def mentions(message: Raw, people: Mapping[str, str]) -> list[str]:
    """Return the accounts of colleagues who are called; other names are for the customer."""
    found: list[str] = []
    for entity, said in _entities(message):
        if entity.get("type") == "text_mention":
            found.append(str(integer(part(entity, "user"), "id")))
        elif entity.get("type") == "mention":
            known = people.get(said.removeprefix("@").lower())
            # Whom we have not heard since the start is a colleague too, if the words are to them.
            if known or entity.get("offset") == 0:
                found.append(known or said)
    return list(dict.fromkeys(found))


def nothing_but_names(message: Raw) -> bool:
    """Say whether a message holds names of people and no words."""
    rest = maybe(message, "text") or maybe(message, "caption")
    for entity, said in _entities(message):
        if entity.get("type") in ("mention", "text_mention"):
            rest = rest.replace(said, "", 1)
    return not rest.strip()


def _entities(message: Raw) -> list[tuple[Raw, str]]:
    """Return what is marked in a text; offsets count in UTF-16 units."""
    name = "text" if "text" in message else "caption"
    units = maybe(message, name).encode("utf-16-le", "surrogatepass")
    found = items(message, "entities" if name == "text" else "caption_entities")
    return [(one, _slice(units, one)) for one in found]


def _slice(units: bytes, entity: Raw) -> str:
    start, length = integer(entity, "offset"), integer(entity, "length")
    return units[2 * start : 2 * (start + length)].decode("utf-16-le", "replace")
