"""Agents' answers by mail: said in the conversation, or mailed back with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from agent_console import actions, verbs
from agent_console.email import letters
from bridge.markup import escape
from bridge.models import Agent, Conversation
from bridge.settings import Settings
from bridge.store import conversations as q
from bridge.store.desk import AGENT_BY_ID
from bridge.store.transactions import Store, Tx
from bridge.webhooks.calls import Mail
from routing import unseen
from routing.desk import Desk
from routing.outbound import Written
from routing.refusal import RefusedError
from routing.webhooks import enqueue_mail

NOTE = "//"
EVENT = "agent.refused"


class _Speaker(NamedTuple):
    agent: Agent
    conversation: Conversation


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came in by mail."""

    thread: str
    sender: str
    text: str
    files: Sequence[str]
    lost: Sequence[str]
    key: str


class MailedAnswers:
    """Has agents say what they answer by mail: the `StaffAnswers` of their mailbox."""

    def __init__(self, store: Store, desk: Desk, settings: Settings) -> None:
        """Serve one configuration."""
        self._store = store
        self._desk = desk
        self._front = verbs.front_of(settings, desk, "program")

    async def owner(self, thread: str, sender: str) -> str | None:
        """Return whose files come with an answer; `None` where it speaks for nobody."""
        found = await self._store.read(_speaker, thread, sender)
        return f"agent:{found.agent.id}" if found else None

    async def answer(
        self,
        thread: str,
        sender: str,
        text: str,
        *,
        files: Sequence[str],
        lost: Sequence[str],
        key: str,
    ) -> None:
        """Say it, or mail back why not. Raises `StorageUnavailableError`."""
        answer = _Answer(thread, sender, text.strip(), files, lost, key)
        try:
            await self._store.write(self._say, answer)
        except RefusedError as error:
            await self._store.write(self._mail_back, answer, error)

    def _say(self, tx: Tx, answer: _Answer) -> None:
        found = _speaker(tx, answer.thread, answer.sender)
        if found is None:
            return
        if answer.lost:
            raise RefusedError("invalid", {"lost": list(answer.lost)})
        if self._desk.conversation_url(found.conversation.id) in answer.text:
            # Our own mail is in it: a customer would read what is meant for agents.
            raise RefusedError("invalid", {"quoted": True})
        is_note = answer.text.startswith(NOTE)
        say = actions.note if is_note else actions.reply
        text = answer.text.removeprefix(NOTE).strip() if is_note else answer.text
        written = Written(
            agent_id=found.agent.id,
            text=escape(text),
            attachments=answer.files,
            client_key=f"{found.agent.id}/{answer.key}",
        )
        say(tx, self._desk, found.agent, found.conversation.id, written)

    def _mail_back(self, tx: Tx, answer: _Answer, error: RefusedError) -> None:
        found, by = _speaker(tx, answer.thread, answer.sender), self._desk.agent_mail
        if found is None or by is None:
            return
        language = unseen.language_of(self._desk, found.agent.id)
        letter = letters.refused(
            self._why(found.agent, language, error),
            said=answer.text,
            url=self._desk.conversation_url(found.conversation.id),
            language=language,
        )
        # What is answered to this one is another try.
        mail = Mail(
            to=answer.sender, subject=letter.subject, text=letter.text, thread=answer.thread
        )
        enqueue_mail(tx, by.inbox_id, EVENT, mail, conversation_id=found.conversation.id)

    def _why(self, me: Agent, language: str, error: RefusedError) -> str:
        if "quoted" in error.detail:
            return letters.quoted(language)
        if isinstance(lost := error.detail.get("lost"), list):
            return letters.lost(language, lost)
        return verbs.refused(self._front, me, language, error).text


def _speaker(tx: Tx, thread: str, sender: str) -> _Speaker | None:
    """Return who answers where; `None` if the time for it is over, or it is no longer theirs."""
    about = unseen.answerable(thread)
    if about is None or about.until < tx.now:
        return None
    agent = tx.one(AGENT_BY_ID, id=about.agent_id)
    if agent is None or agent.retired_at is not None or agent.role == "bot":
        return None
    if (agent.email or "").casefold() != sender.casefold():
        return None
    conversation = tx.one(q.CONVERSATION_BY_ID, id=about.conversation_id)
    if conversation is None or conversation.created_at != about.began_at:
        return None
    return _Speaker(agent, conversation)
