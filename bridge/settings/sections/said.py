"""One thing that the program says: whether it does, in which words, with which variables."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from bridge.settings.base import Part
from bridge.settings.faults import fault
from bridge.settings.texts import LocalText, Text
from bridge.settings.values import Flag
from bridge.settings.variables import NEXT_OPEN, OPENED, refuse_unknown

AGENT_NAME = "agent.name"
SCALE = "rating.scale"


def _sayable(*variables: str) -> Callable[[LocalText], LocalText]:
    """Refuse what would go out empty, or with a variable that nobody fills in."""

    def check(text: LocalText) -> LocalText:
        for at, words in text.each():
            if not words.strip():
                message = "there is nothing to say here"
                raise fault("bad_text", message, at=at, help="write a text, or enabled: false")
            if variables:
                refuse_unknown(words, at=at, known=variables)
            elif OPENED in words:
                message = "no variable is filled in here"
                help = "write the words"
                raise fault("unknown_variable", message, token=OPENED, at=at, help=help)
        return text

    return check


Said = Annotated[Text, AfterValidator(_sayable())]
SaidOfAgent = Annotated[Text, AfterValidator(_sayable(AGENT_NAME))]
SaidOfOpening = Annotated[Text, AfterValidator(_sayable(NEXT_OPEN))]
SaidOfScale = Annotated[Text, AfterValidator(_sayable(SCALE))]


def words(texts: Mapping[str, str], variables: str = "no variables") -> Any:
    """Return the field of a text, with its default in each of the four languages."""
    return Field(
        # Made already: a text in a language that this shop does not offer harms nobody.
        default=LocalText(None, dict(texts)),
        json_schema_extra={"default": {**texts}},
        description="What is said, in one language or several: the customer's, else "
        f"`locale.default`. It may hold the formatting that agents use, and {variables}. "
        "Without it there is a text in each of the four languages.",
        examples=[{"en": texts["en"], "es": texts["es"]}],
    )


class Switched(Part):
    """One thing that the program says; each has a default text of its own."""

    enabled: Flag = Field(default=True, description="Whether it is said at all.", examples=[False])


class OptedInto(Part):
    """One thing that the program says only where the YAML asks for it."""

    enabled: Flag = Field(default=False, description="Whether it is said at all.", examples=[True])
