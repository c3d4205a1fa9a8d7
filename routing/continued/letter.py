"""What stands in a mail to a customer who has left the site. Pure.

Only what agents and the program have said: a stranger who types somebody's address into the
widget must not be able to have their own words mailed there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bridge.channel import TextFormat
from bridge.markup import Dialect, escape, parse, render


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a message; `link` opens it for whoever has the mail."""

    public_id: str
    name: str
    size: int
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message; `author` is the agent's name, `None` where the program spoke."""

    author: str | None
    text: str
    format: TextFormat = "markdown"
    files: Sequence[File] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail in our own markup, and the public ids of what is attached."""

    subject: str
    text: str
    media: Sequence[str]


_SUBJECT: Mapping[str, str] = {
    "en": "Your conversation with {company}",
    "ru": "Ваш разговор в чате: {company}",
    "uk": "Ваша розмова в чаті: {company}",
    "es": "Su conversación con {company}",
}
_HINT: Mapping[str, str] = {
    "en": "Earlier messages that are only in the chat on the website: {count}.",
    "ru": "Более ранние сообщения, которые есть только в чате на сайте: {count}.",
    "uk": "Попередні повідомлення, які є лише в чаті на сайті: {count}.",
    "es": "Mensajes anteriores que solo están en el chat del sitio: {count}.",
}
_FOOT: Mapping[str, str] = {
    "en": "You wrote to {company} in the chat on the website and left before this was read. "
    "Simply answer this mail: we get your answer in the same conversation.",
    "ru": "Вы написали нам в чат на сайте ({company}) и ушли, не прочитав ответ. "
    "Просто ответьте на это письмо: ваш ответ попадёт в тот же разговор.",
    "uk": "Ви написали нам у чат на сайті ({company}) і пішли, не прочитавши відповідь. "
    "Просто дайте відповідь на цей лист: вона потрапить до тієї самої розмови.",
    "es": "Escribió a {company} en el chat del sitio y se fue antes de leer la respuesta. "
    "Responda simplemente a este correo: su respuesta llegará a la misma conversación.",
}

_BACK: Mapping[str, tuple[str, str]] = {
    "en": ("Continue on the site", "The link is for you alone, works once and not for long."),
    "ru": ("Продолжить на сайте", "Ссылка только для вас, работает один раз и недолго."),
    "uk": ("Продовжити на сайті", "Посилання лише для вас, працює один раз і недовго."),
    "es": (
        "Continuar en el sitio",
        "El enlace es solo para usted y sirve una vez, por poco tiempo.",
    ),
}


def written(said: Sequence[Said], *, hinted: int, language: str, company: str, room: int) -> Letter:
    """Return the mail in a language that `spoken` gave; files beyond `room` bytes as links."""
    attached = _fitting([file for one in said for file in one.files], room)
    hint = [escape(_HINT[language].format(count=hinted))] if hinted else []
    foot = ["—", escape(_FOOT[language].format(company=company))]
    return Letter(
        subject=_SUBJECT[language].format(company=company),
        text="\n\n".join([*hint, *_words(said, frozenset(attached)), *foot]),
        media=attached,
    )


def spoken(*languages: str | None) -> str:
    """Return the first of the languages that there are words in, English if there is none."""
    codes = ((one or "").partition("-")[0].lower() for one in languages)
    return next((code for code in codes if code in _FOOT), "en")


def with_link(text: str, *, url: str, language: str) -> str:
    """Return a mail's text, in a language that `spoken` gave, with a link back to the site."""
    words, limits = _BACK[language]
    return f"{text}\n\n[{escape(words)}]({url}). {escape(limits)}"


def _words(said: Sequence[Said], attached: frozenset[str]) -> Iterator[str]:
    """Yield the paragraphs: whose words they are, where that changes, and the words."""
    author = None
    for one in said:
        if one.author is not None and one.author != author:
            yield f"**{escape(one.author)}**"
        author = one.author
        # Read and written again, so that a mark left open ends with its own message.
        if words := render(parse(one.text, one.format), Dialect.MARKDOWN):
            yield words
        yield from (_named(file) for file in one.files if file.public_id not in attached)


def _named(file: File) -> str:
    name = escape(file.name)
    return f"📎 [{name}]({file.link})" if file.link else f"📎 {name}"


def _fitting(files: Sequence[File], room: int) -> list[str]:
    """Return the files that fit into a mail together, the first come first."""
    fitting = []
    for file in files:
        if file.size <= room:
            fitting.append(file.public_id)
            room -= file.size
    return fitting
