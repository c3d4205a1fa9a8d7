"""Outgoing webhooks: which programs of yours are told, of what, and how they know it is us."""

import base64
import binascii
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from bridge.settings.base import Part
from bridge.settings.faults import fault
from bridge.settings.secret import Secret, is_from_outside
from bridge.settings.values import CHOICE, LISTED, Flag, say, text_of

WebhookEvent = Literal[
    "conversation.opened",
    "conversation.assigned",
    "conversation.released",
    "conversation.closed",
    "conversation.reopened",
    "message.received",
    "message.sent",
    "note.added",
]
"""What a webhook may ask to be told of; what else it is sent, another setting names it for."""

SECRET_PREFIX = "whsec_"  # noqa: S105  # What a secret begins with, which is none.
# How long a key is: "Symmetric" in https://github.com/standard-webhooks/standard-webhooks.
_KEY_BYTES = range(24, 65)


def key_of(secret: Secret) -> bytes:
    """Return the key that a secret of the Standard Webhooks holds; raises `ValueError`."""
    prefix, _, encoded = secret.reveal().partition("_")
    if f"{prefix}_" != SECRET_PREFIX:
        raise ValueError("it does not begin with whsec_")
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        # From `None`: the library's sentence may tell of the secret.
        raise ValueError("what follows whsec_ is no base64") from None


def _signs(secret: Secret) -> Secret:
    try:
        fits = len(key_of(secret)) in _KEY_BYTES
    except ValueError as error:
        raise fault("bad_webhook_secret", str(error)) from None
    if not fits:
        raise fault("bad_webhook_secret", "the key in it is not 24 to 64 bytes long")
    return secret


SigningSecret = Annotated[Secret, AfterValidator(_signs)]


def _receiver(value: object) -> Secret:
    """Take an address, of which any part may be a secret: so it is never shown whole."""
    if isinstance(value, Secret):
        return value
    text = text_of(value, "an address such as https://crm.example.com/hooks")
    if not _is_usable(text):
        raise fault("bad_webhook_url", f"{say(value)} is not https://host/path")
    if "@" in urlsplit(text).netloc and not is_from_outside(value):
        raise fault("inline_secret", "a password may not be written in the file itself")
    return Secret(text)


def _is_usable(text: str) -> bool:
    try:
        parts = urlsplit(text)
        named = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return False
    return bool(named and not parts.fragment and text.isprintable() and " " not in text)


Receiver = Annotated[
    Secret, PlainValidator(_receiver), PlainSerializer(str), WithJsonSchema({"type": "string"})
]


class Webhook(Part):
    """A program of yours that is told what happens, by signed requests."""

    url: Receiver = Field(
        description="Where the requests go. It must be https and on the public internet, unless "
        "`allow_private` says otherwise. It is shown to nobody, since many hold a secret; "
        "`${VAR}` keeps it out of this file as well.",
        examples=["https://crm.example.com/hooks/desk", "${CRM_HOOK_URL}"],
    )
    secret: SigningSecret = Field(
        description="What the requests are signed with, as the Standard Webhooks have it: "
        "`whsec_` and 24 to 64 bytes in base64.",
        examples=["${CRM_HOOK_SECRET}"],
    )
    previous_secret: SigningSecret | None = Field(
        default=None,
        description="The secret of before, while you change it: requests are signed with both, "
        "so that the receiver may go over to the new one at any time.",
        examples=["${CRM_HOOK_OLD_SECRET}"],
    )
    events: Annotated[tuple[Annotated[WebhookEvent, CHOICE], ...], LISTED] = Field(
        default=(),
        description="What it is told of. Without any it is sent only what other settings "
        "send to it.",
        examples=[["conversation.opened", "message.received", "conversation.closed"]],
    )
    include_text: Flag = Field(
        default=True,
        description="Whether it is sent what customers and agents have written, or only that "
        "they have.",
        examples=[False],
    )
    allow_private: Flag = Field(
        default=False,
        description="Whether it may be in your own network, or on this machine, and be reached "
        "without https. Leave it off for any address that somebody else could have chosen.",
        examples=[True],
    )

    @property
    def host(self) -> str:
        """Return the host it is reached at, the part of the address that may be shown."""
        return urlsplit(self.url.reveal()).hostname or ""

    @model_validator(mode="after")
    def _is_encrypted(self) -> Self:
        if not self.allow_private and not self.url.reveal().startswith("https://"):
            message = "what is sent over http could be read by anybody on the way"
            raise fault("bad_webhook_url", message, at=("url",))
        return self
