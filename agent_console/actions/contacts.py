"""What agents know of a person: fields they may change, and notes."""

import re
from collections.abc import Callable, Collection
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, UnsetType

from agent_console.actions.rights import may_edit_contacts
from agent_console.actions.sight import person
from bridge.models import Agent, Contact, ContactNote
from bridge.store import bulk as b
from bridge.store import log
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing import contacts, conversations
from routing.desk import Desk
from routing.refusal import RefusedError

LONGEST_NAME = 120
LONGEST_NOTE = 5000
_EMAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;.]+(?:\.[^@\s<>,;.]+)+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


class ContactEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Fields to change; `null` or an empty text empties one, what is missing stays."""

    name: str | UnsetType | None = UNSET
    email: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    language: str | UnsetType | None = UNSET
    attributes: dict[str, str | None] | UnsetType = UNSET


def edit_contact(
    tx: Tx,
    desk: Desk,
    me: Agent,
    contact_id: int,
    edit: ContactEdit,
    *,
    zone: ZoneInfo,
    more_fields: Collection[str] = (),
) -> None:
    """Change what is known of a person; `more_fields` are those that the YAML adds (J15).

    A field an agent has typed is no longer overridden by the network (R17). A phone
    number without its country is one of the country of `zone`. Raises
    `RefusedError("invalid")` with a sentence for each field that is not right.
    """
    contact = person(tx, desk, me, contact_id)
    if not may_edit_contacts(me, desk.policy):
        raise RefusedError("forbidden")
    wanted = checked(edit, _region_of(zone))
    changes = {name: new for name, new in wanted.items() if new != getattr(contact, name)}
    before = msgspec.json.decode(contact.attributes, type=dict[str, str])
    more = checked_attributes(edit, more_fields)
    more = {name: new for name, new in more.items() if new != before.get(name)}
    if changes or more:
        attributes = {name: text for name, text in (before | more).items() if text is not None}
        typed = {*changes, *map(contacts.typed_name, more)}
        _store(tx, contact, changes, attributes, typed=typed)
        _tell(tx, me, contact, sorted({*changes, *more}))


def checked(edit: ContactEdit, region: str | None) -> dict[str, str | None]:
    """Return the fields in their final form; raises `RefusedError("invalid")`. Pure."""
    found: dict[str, str | None] = {}
    faults: dict[str, str] = {}
    for name, read in _readers(region).items():
        given = getattr(edit, name)
        if given is UNSET:
            continue
        text = (given or "").strip()
        try:
            found[name] = read(text) if text else None
        except ValueError as fault:
            faults[name] = str(fault)
    if faults:
        raise RefusedError("invalid", {"fields": faults})
    return found


def checked_attributes(edit: ContactEdit, known: Collection[str]) -> dict[str, str | None]:
    """Return the additional fields in their final form; raises as `checked`. Pure."""
    given = {} if edit.attributes is UNSET else edit.attributes
    faults = {contacts.typed_name(name): "There is no such field." for name in {*given} - {*known}}
    found: dict[str, str | None] = {}
    for name, text in given.items():
        found[name] = " ".join((text or "").split()) or None
        if len(found[name] or "") > contacts.LONGEST_ATTRIBUTE:
            longest = f"It has at most {contacts.LONGEST_ATTRIBUTE} characters."
            faults[contacts.typed_name(name)] = longest
    if faults:
        raise RefusedError("invalid", {"fields": faults})
    return found


def _readers(region: str | None) -> dict[str, Callable[[str], str]]:
    return {
        "name": _name,
        "email": _email,
        "phone": lambda text: _phone(text, region),
        "language": _language,
    }


def _name(text: str) -> str:
    name = " ".join(text.split())
    if len(name) > LONGEST_NAME:
        raise ValueError(f"A name has at most {LONGEST_NAME} characters.")
    return name


def _email(text: str) -> str:
    if len(text) > 254 or not _EMAIL.fullmatch(text):
        raise ValueError("This is no email address.")
    return text


def _phone(text: str, region: str | None) -> str:
    # Imported only where somebody types a number: it knows every country's by heart.
    import phonenumbers  # noqa: PLC0415

    try:
        number = phonenumbers.parse(text[:50], region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValueError("This is no phone number; begin it with + and the country's code.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError("This is no language code like en, uk or pt-BR.")
    return text


@cache
def _region_of(zone: ZoneInfo) -> str | None:
    """Return the country of a time zone by the IANA's own table, `None` for UTC and such."""
    table = files("tzdata").joinpath("zoneinfo", "zone1970.tab").read_text(encoding="utf-8")
    for entry in table.splitlines():
        fields = entry.split("\t")
        if len(fields) >= 3 and fields[2] == zone.key:
            # A zone of several countries names the most populous one first.
            return fields[0].split(",")[0]
    return None


def _store(
    tx: Tx,
    contact: Contact,
    changes: dict[str, str | None],
    attributes: dict[str, str],
    *,
    typed: set[str],
) -> None:
    fields = {name: getattr(contact, name) for name in ("name", "email", "phone", "language")}
    before = msgspec.json.decode(contact.edited_fields, type=list[str])
    contacts.store(tx, contact, fields | changes, attributes, sorted({*before, *typed}))
    if "language" in changes:
        tx.run(b.SPEAK_WITH, contact_id=contact.id, language=changes["language"])


def _tell(tx: Tx, me: Agent, contact: Contact, fields: list[str]) -> None:
    log.contact_changed(tx, contact.id)
    latest = tx.all(b.CONVERSATIONS_WITH, contact_id=contact.id)[:1]
    for conversation_id in latest:
        conversation = conversations.get(tx, conversation_id)
        conversations.activity(tx, conversation, "contact_edited", by=me.id, fields=fields)


def add_contact_note(tx: Tx, desk: Desk, me: Agent, contact_id: int, text: str) -> ContactNote:
    """Write something down about a person, for every conversation with them (J18)."""
    contact = person(tx, desk, me, contact_id)
    if me.role == "viewer":
        raise RefusedError("forbidden")
    text = text.strip()
    if not text:
        raise RefusedError("empty")
    if len(text) > LONGEST_NOTE:
        detail = {"limit": LONGEST_NOTE, "length": len(text), "unit": "characters"}
        raise RefusedError("too_long", detail)
    note_id = tx.the(
        p.ADD_CONTACT_NOTE, contact_id=contact.id, agent_id=me.id, text=text, created_at=tx.now
    )
    log.append(tx, "contact.changed", contact_id=contact.id)
    return ContactNote(note_id, contact.id, me.id, text, tx.now)
