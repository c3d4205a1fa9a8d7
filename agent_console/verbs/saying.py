"""An answer where only words and buttons can be shown. Pure."""

from collections.abc import Iterator, Sequence

from agent_console.surface import Answer, Press


def in_words(answer: Answer) -> tuple[str, Sequence[Press]]:
    """Return what an answer says, a list as lines of it, and a form as a button that opens it."""
    # A single list may be headed by the very words of the answer.
    text = "\n".join(dict.fromkeys(filter(None, (answer.text, *_lines(answer)))))
    if answer.form is None:
        return text, answer.buttons
    opens = Press(verb=answer.form.verb, label=answer.form.done, style="primary")
    return answer.form.title, [opens]


def _lines(answer: Answer) -> Iterator[str]:
    for heading, found in answer.lists.items():
        yield heading
        for one in found:
            yield f"• {one.title} · {one.state} {one.url}".rstrip()
