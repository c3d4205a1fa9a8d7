"""What visitors and sites say about a person, in the pre-chat form or by `set` and `identify`.

None of it is proven. It fills fields for agents to read and opens nothing.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bridge.channel import Sender
from channels.widget.tokens import Session
from channels.widget.visits import clean, primary_language

LONGEST_NAME = 200
LONGEST_EMAIL = 254
LONGEST_ATTRIBUTE = 500
LONGEST_KEY = 100
# What a site tells beyond these is dropped: it must not keep its visitors from writing.
MOST_ATTRIBUTES = 40

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_PHONE_NOISE = re.compile(r"[\s().\-/]")
_PHONE = re.compile(r"\+?[0-9]{5,15}")


@dataclass(frozen=True, slots=True)
class Claims:
    """What was said: the known fields, and the rest as attributes."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything was said at all."""
        return bool(self.name or self.email or self.phone or self.attributes)


NOTHING = Claims()


def claims(told: Mapping[str, str], only: Collection[str] | None = None) -> Claims:
    """Sort out what was told; of unknown keys, only those in `only` (`None`: all)."""
    if not told:
        return NOTHING
    others = [
        (key, value)
        for key, value in told.items()
        if key not in ("name", "email", "phone") and (only is None or key in only)
    ]
    attributes = {
        clean(key, LONGEST_KEY): clean(value, LONGEST_ATTRIBUTE)
        for key, value in others[:MOST_ATTRIBUTES]
    }
    return Claims(
        name=clean(told.get("name", ""), LONGEST_NAME) or None,
        email=email(told.get("email", "")),
        phone=phone(told.get("phone", "")),
        attributes={key: value for key, value in attributes.items() if key and value},
    )


def both(first: Claims, second: Claims) -> Claims:
    """Return what either says; `first` where they differ."""
    if not first or not second:
        return first or second
    return Claims(
        name=first.name or second.name,
        email=first.email or second.email,
        phone=first.phone or second.phone,
        attributes={**second.attributes, **first.attributes},
    )


def email(text: str) -> str | None:
    """Return an address that could be one, or `None`."""
    address = clean(text, LONGEST_EMAIL + 1)
    fits = len(address) <= LONGEST_EMAIL and _EMAIL.fullmatch(address)
    return address if fits else None


def phone(text: str) -> str | None:
    """Return a number without the spaces and strokes people put in it, or `None`."""
    number = _PHONE_NOISE.sub("", clean(text, 60))
    return number if _PHONE.fullmatch(number) else None


def sender(session: Session, said: Claims, language: str | None = None) -> Sender:
    """Return the person as the core is told: what the site has signed comes first."""
    return Sender(
        external_id=session.customer,
        name=session.name or said.name,
        email=session.email or said.email,
        phone=said.phone,
        language=primary_language(language),
        verified=session.verified,
        attributes=said.attributes,
    )
