"""What Slack refuses in blocks.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.sandbox.slack.errors import Refusal

MOST_IN_MESSAGE = 50
MOST_IN_VIEW = 100
# In all blocks of a message together.
LONGEST_IN_ALL = 13_200
_LONGEST_TEXT = {"section": 3000, "header": 150, "context": 3000, "button": 75}
_BLOCKS = frozenset(
    {
        "actions",
        "context",
        "divider",
        "file",
        "header",
        "image",
        "input",
        "markdown",
        "rich_text",
        "section",
        "video",
    }
)
_MOST_ELEMENTS = {"actions": 25, "context": 10}
_MOST_OPTIONS = {"overflow": 5, "static_select": 100, "multi_static_select": 100}


def check(blocks: object, most: int = MOST_IN_MESSAGE) -> None:
    """Refuse blocks that Slack would not show; raises `Refusal`."""
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    if len(blocks) > most:
        raise _wrong(f"no more than {most} items allowed", "/blocks")
    ids = [one["block_id"] for one in blocks if isinstance(one, dict) and "block_id" in one]
    if len(ids) != len(set(ids)):
        raise _wrong("block_id already exists", "/blocks")
    for index, block in enumerate(blocks):
        _check_block(block, f"/blocks/{index}")
    in_all = sum(_length(one) for one in blocks)
    if most == MOST_IN_MESSAGE and in_all > LONGEST_IN_ALL:
        raise Refusal("msg_blocks_too_long")


def _check_block(block: object, where: str) -> None:
    if not isinstance(block, dict) or block.get("type") not in _BLOCKS:
        raise _wrong("unsupported type", where)
    kind: str = block["type"]
    if len(str(block.get("block_id", ""))) > 255:
        raise _wrong("must be less than 256 characters", f"{where}/block_id")
    if kind in ("section", "header"):
        _check_texts(block, kind, where)
    elements = block.get("elements", [])
    if kind in _MOST_ELEMENTS and not 0 < len(elements) <= _MOST_ELEMENTS[kind]:
        raise _wrong(f"must have 1 to {_MOST_ELEMENTS[kind]} items", f"{where}/elements")
    inside = [
        *(elements if kind == "actions" else []),
        block.get("accessory"),
        block.get("element"),
    ]
    for element in inside:
        if element is not None:
            _check_element(element, where)


def _check_texts(block: Mapping[str, Any], kind: str, where: str) -> None:
    text, fields = block.get("text"), block.get("fields", [])
    if text is None and not fields:
        raise _wrong("missing required field: text", where)
    if len(fields) > 10:
        raise _wrong("no more than 10 items allowed", f"{where}/fields")
    if text is not None:
        _check_text(text, kind, _LONGEST_TEXT[kind], f"{where}/text")
    for one in fields:
        _check_text(one, kind, 2000, f"{where}/fields")


def _check_text(text: object, kind: str, most: int, where: str) -> None:
    plain_only = kind in ("header", "button")
    kinds = ("plain_text",) if plain_only else ("plain_text", "mrkdwn")
    if not isinstance(text, dict) or text.get("type") not in kinds:
        raise _wrong("must be a text object", where)
    if not isinstance(text.get("text"), str) or not 0 < len(text["text"]) <= most:
        raise _wrong(f"must be 1 to {most} characters", where)


def _check_element(element: object, where: str) -> None:
    if not isinstance(element, dict) or not isinstance(element.get("type"), str):
        raise _wrong("unsupported element", where)
    if len(str(element.get("action_id", ""))) > 255 or len(str(element.get("value", ""))) > 2000:
        raise _wrong("an action_id has 255 characters at most, a value 2000", where)
    if element["type"] == "button":
        _check_text(element.get("text"), "button", _LONGEST_TEXT["button"], f"{where}/text")
    if element["type"] in _MOST_OPTIONS:
        _check_options(element, where)


def _check_options(element: Mapping[str, Any], where: str) -> None:
    groups = element.get("option_groups") or [{"options": element.get("options")}]
    if len(groups) > 100:
        raise _wrong("no more than 100 items allowed", f"{where}/option_groups")
    for group in groups:
        options, most = group.get("options") or [], _MOST_OPTIONS[element["type"]]
        if not 0 < len(options) <= most:
            raise _wrong(f"must have 1 to {most} items", f"{where}/options")
        for one in options:
            _check_text(one.get("text"), "button", 75, f"{where}/options/text")
            if not 0 < len(str(one.get("value", ""))) <= 150:
                raise _wrong("must be 1 to 150 characters", f"{where}/options/value")


def _length(block: Mapping[str, Any]) -> int:
    """Return the characters of all texts in a block."""
    if isinstance(block.get("text"), str):
        return len(block["text"])
    return sum(_length(one) for value in block.values() for one in _maps(value))


def _maps(value: object) -> Sequence[Mapping[str, Any]]:
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _wrong(words: str, where: str) -> Refusal:
    told = f"[ERROR] {words} [json-pointer:{where}]"
    return Refusal("invalid_blocks", response_metadata={"messages": [told]})
