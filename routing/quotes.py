"""What an answer answers, in words, for networks that have no quotes of their own."""

from bridge.channel import Capabilities, MediaKind
from bridge.markup import escape, to_plain
from bridge.models import Conversation, Message
from bridge.split import shortened
from bridge.store import messages as m
from bridge.store.transactions import Tx

# In the network's unit: enough to know the message again, on one line of most phones.
LONGEST = 100
_SPOKEN = frozenset({"incoming", "outgoing"})
# By the customer's language; of a file that is none of these, its name is said.
_WORDS: dict[str, dict[MediaKind, str]] = {
    "en": {
        "image": "Picture",
        "voice": "Voice message",
        "video": "Video",
        "audio": "Audio",
        "sticker": "Sticker",
        "file": "File",
    },
    "ru": {
        "image": "Изображение",
        "voice": "Голосовое сообщение",
        "video": "Видео",
        "audio": "Аудио",
        "sticker": "Стикер",
        "file": "Файл",
    },
    "uk": {
        "image": "Зображення",
        "voice": "Голосове повідомлення",
        "video": "Відео",
        "audio": "Аудіо",
        "sticker": "Наліпка",
        "file": "Файл",
    },
    "es": {
        "image": "Imagen",
        "voice": "Mensaje de voz",
        "video": "Vídeo",
        "audio": "Audio",
        "sticker": "Pegatina",
        "file": "Archivo",
    },
}


def above(
    tx: Tx,
    text: str,
    reply_to: int | None,
    conversation: Conversation,
    capabilities: Capabilities,
    *,
    default: str,
) -> str:
    """Return the text as it goes out: under one line of what it answers, where that is wanted.

    In our markup. `default` is the language for customers of whom none is known.
    """
    quoted = None if reply_to is None or capabilities.quotes else _shown(tx, reply_to)
    if quoted is None:
        return text
    words = _WORDS.get(_language(conversation.language), _WORDS.get(default, _WORDS["en"]))
    line = _first_line(quoted) or _file(tx, quoted, words)
    if not line:
        return text
    most = min(LONGEST, (capabilities.max_text or 4 * LONGEST) // 4)
    return f"> {escape(shortened(line, most, capabilities.text_unit))}\n\n{text}".rstrip()


def _shown(tx: Tx, message_id: int) -> Message | None:
    """Return the quoted message if the customer has it: a note is none of their business."""
    quoted = tx.the(m.MESSAGE_BY_ID, id=message_id)
    return quoted if quoted.kind in _SPOKEN and quoted.deleted_at is None else None


def _first_line(quoted: Message) -> str:
    plain = to_plain(quoted.text, quoted.format)
    return next((" ".join(line.split()) for line in plain.splitlines() if line.strip()), "")


def _file(tx: Tx, quoted: Message, words: dict[MediaKind, str]) -> str:
    files = tx.all(m.ATTACHMENTS_OF, message_id=quoted.id)
    if not files:
        return ""
    named = files[0].name if files[0].kind == "file" else ""
    return named or words[files[0].kind]


def _language(code: str | None) -> str:
    return (code or "").replace("_", "-").partition("-")[0].lower()
