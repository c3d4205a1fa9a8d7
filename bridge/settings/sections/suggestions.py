"""Suggested replies: which model drafts them, and what it is given to go by."""

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, PlainValidator, model_validator

from bridge.settings.base import Part
from bridge.settings.faults import fault
from bridge.settings.secret import Secret
from bridge.settings.values import WHOLE, Duration, Flag, pattern_schema, say, text_of, written


def _endpoint(value: object) -> str:
    text = text_of(value, "an address such as https://models.example.com/v1")
    if not _is_usable(text):
        raise fault("bad_endpoint", f"{say(value)} is not https://host/path")
    return text.rstrip("/")


def _is_usable(text: str) -> bool:
    try:
        parts = urlsplit(text)
        named = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return False
    plain = not (parts.fragment or parts.query or "@" in parts.netloc)
    return bool(named and plain and text.isprintable() and " " not in text)


Endpoint = Annotated[str, PlainValidator(_endpoint), pattern_schema(r"^https?://[^\s?#@]+$")]


class Suggestions(Part):
    """A model that drafts replies, which agents read, change and send, or do not."""

    endpoint: Endpoint = Field(
        description="The address of an OpenAI-compatible API; `/chat/completions` is added to "
        "it. It must be https and on the public internet, unless `allow_private` says otherwise.",
        examples=["https://models.example.com/v1", "http://127.0.0.1:11434/v1"],
    )
    model: str = Field(
        min_length=1,
        max_length=200,
        description="The model to ask for, as the endpoint calls it.",
        examples=["small-chat"],
    )
    token: Secret | None = Field(
        default=None,
        description="What the endpoint wants as `Authorization: Bearer`. Some in your own "
        "network want none.",
        examples=["${MODEL_TOKEN}"],
    )
    instructions: str = Field(
        default="",
        max_length=8000,
        description="What the model is told beside the conversation: who you are, how you "
        "speak, what it may promise.",
        examples=["We sell garden tools. Be brief, and promise no dates."],
    )
    max_messages: Annotated[int, WHOLE] = Field(
        default=20,
        ge=1,
        le=100,
        description="How many of the conversation's last messages the model is given. Notes, "
        "files, and what is known of the customer it is never given.",
        examples=[20],
    )
    timeout: Duration = Field(
        default=written("20s"),
        description="How long an agent waits for a draft.",
        examples=["20s", "1m"],
    )
    allow_private: Flag = Field(
        default=False,
        description="Whether the endpoint may be in your own network, or on this machine, and "
        "be reached without https.",
        examples=[True],
    )

    @model_validator(mode="after")
    def _is_encrypted(self) -> Self:
        if not self.allow_private and not self.endpoint.startswith("https://"):
            message = "what customers write could be read by anybody on the way"
            raise fault("bad_endpoint", message, at=("endpoint",))
        return self
