"""One request in its transaction: what each verb is given, and how it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from msgspec import UNSET, UnsetType

from agent_console import actions, cards
from agent_console.actions.rights import allowed
from agent_console.audit import Action, By, Deed, record
from agent_console.cards import shapes as w
from agent_console.surface import Answer, Field, Form, Press
from agent_console.verbs.front import Asked, Front
from agent_console.verbs.words import Words, words_in
from bridge.models import Agent
from bridge.store.transactions import Tx
from routing.access import Verb
from routing.desk import Desk


class SaidError(Exception):
    """It cannot be done as it was asked; the text says why, in the agent's language."""

    def __init__(self, text: str) -> None:
        """Take a whole sentence."""
        super().__init__(text)
        self.text = text


class Option(NamedTuple):
    """Something that can be chosen: `names` are what else it may be called by."""

    value: str
    label: str
    names: tuple[str, ...] = ()

    def is_called(self, word: str) -> bool:
        """Say whether these words mean it."""
        folded = word.strip().casefold()
        return folded in {one.casefold() for one in (self.value, self.label, *self.names)}


@dataclass(frozen=True)
class Ask:
    """What is asked, by whom, and the transaction to do it in."""

    tx: Tx
    front: Front
    asked: Asked

    @property
    def me(self) -> Agent:
        """Return who asks."""
        return self.asked.me

    @property
    def desk(self) -> Desk:
        """Return the desk."""
        return self.front.desk

    @cached_property
    def words(self) -> Words:
        """Return the agent's language."""
        return words_in(self.asked.language, self.front.locale)

    @property
    def value(self) -> str:
        """Return a button's argument, or a command's words."""
        return self.asked.value.strip()

    # --- the conversation ---

    @property
    def conversation_id(self) -> int:
        """Return which conversation it is about; raises `SaidError` outside of any."""
        if self.asked.conversation_id is None:
            raise SaidError(self.words("say.conversation"))
        return self.asked.conversation_id

    @property
    def row(self) -> w.Conversation:
        """Return the conversation as it is now; raises `RefusedError("not_found")`."""
        actions.seen(self.tx, self.desk, self.me, self.conversation_id)
        return cards.shared(self.tx, [self.conversation_id])[self.conversation_id]

    def may(self, verb: Verb) -> w.Conversation:
        """Return the conversation, in which this may be done now; raises `RefusedError`.

        Nobody fills in a form only to be told that it is not for them.
        """
        allowed(self.tx, self.desk, self.me, self.conversation_id, verb)
        return self.row

    def customer(self, row: w.Conversation) -> str:
        """Return what colleagues call a conversation's customer."""
        return name_of(row.contact, self.words)

    # --- what was filled in ---

    @property
    def filled(self) -> bool:
        """Say whether a form was sent back."""
        return self.asked.fields is not None

    def chosen(self, field: str) -> Sequence[str]:
        """Return what was chosen of several; also of a line, its text."""
        return [one for one in (self.asked.fields or {}).get(field, ()) if one.strip()]

    def text(self, field: str) -> str:
        """Return what was typed or chosen, empty for nothing."""
        return next(iter(self.chosen(field)), "").strip()

    # --- answers ---

    def done(self, key: str, **values: object) -> Answer:
        """Answer that it is done."""
        return Answer(text=self.words(key, **values))

    def form(self, title: str, done: str, fields: Sequence[Field]) -> Answer:
        """Answer with what has to be told first."""
        form = Form(
            verb=self.asked.verb,
            conversation_id=self.conversation_id,
            title=title,
            done=done,
            fields=fields,
        )
        return Answer(form=form)

    def refuse(self, key: str, **values: object) -> SaidError:
        """Return what says that it cannot be done so."""
        return SaidError(self.words(key, **values))

    def press(self, verb: str, key: str, value: str = "", **values: object) -> Press:
        """Return a button."""
        return Press(verb=verb, label=self.words(key, **values), value=value)

    def audit(self, action: Action, subject: str, **detail: object) -> None:
        """Write down who did it, and from where."""
        by = By(agent_id=self.me.id, surface=self.front.surface)
        record(self.tx, by, Deed(action, subject, detail))


def name_of(contact: w.RowContact | w.Contact, words: Words) -> str:
    """Return what colleagues call a person; pure."""
    email = contact.email
    known = contact.name or (None if isinstance(email, UnsetType) else email)
    return known or words("contact.anonymous", id=contact.id)


def given(value: str | UnsetType) -> str | None:
    """Return a field that may be missing, as one that may be empty; pure."""
    return None if value is UNSET or not isinstance(value, str) else value


def called(options: Sequence[Option], word: str) -> Option | None:
    """Return what is called so; pure."""
    return next((one for one in options if one.is_called(word)), None)


def several(ask: Ask, options: Sequence[Option], words: str) -> tuple[list[str], list[str]]:
    """Return what is to be added and, behind a hyphen, taken away; raises `SaidError`.

    One name of several words, or several behind commas or spaces.
    """
    more: list[str] = []
    less: list[str] = []
    for word in _parted(options, words):
        bare = word.removeprefix("-").strip()
        found = called(options, bare)
        if found is None:
            raise unknown(ask, options, bare)
        (less if word.startswith("-") else more).append(found.value)
    return more, less


def _parted(options: Sequence[Option], words: str) -> list[str]:
    if called(options, words.removeprefix("-")):
        return [words]
    parts = words.split(",") if "," in words else words.split()
    return [one.strip() for one in parts if one.strip(" -")]


def unknown(ask: Ask, options: Sequence[Option], word: str) -> SaidError:
    """Return what says that nothing is called so, and what there is."""
    if not options:
        return ask.refuse("none.choice")
    return ask.refuse("say.which", word=word, names=", ".join(one.label for one in options))


def pairs(options: Sequence[Option]) -> list[tuple[str, str]]:
    """Return options as a form has them; pure."""
    return [(one.value, one.label) for one in options]
