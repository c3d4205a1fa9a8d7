"""Forms as questions one after another, under one message each: choices as buttons.

What was answered so far is kept in memory: after a restart the button is pressed again.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiogram.types import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from agent_console.surface import Field, Form
from agent_console.telegram_forum.presses import choice

# Options on one page.
PAGE = 8
# Forms that are open at once: an older one is pressed again.
_MOST = 500
# What a question for words begins with, so that its answer is never taken for one to the
# customer, whatever has been forgotten.
ASKING = "✏️ "
BACK, NEXT, DONE = -2, -3, -1


@dataclass(slots=True)
class Asking:
    """A form somebody is filling in."""

    form: Form
    account: str
    place: int
    topic: int
    at: int = 0
    page: int = 0
    answers: dict[str, list[str]] = field(default_factory=dict)

    @property
    def question(self) -> Field:
        """Return the question that is open."""
        return self.form.fields[self.at]

    @property
    def text(self) -> str:
        """Return the question in words."""
        question = self.question
        head = f"{self.form.title}\n{question.label}"
        head = f"{head}\n{question.hint}" if question.hint else head
        return head if question.kind in ("one", "many") else f"{ASKING}{head}"

    def markup(self) -> InlineKeyboardMarkup | ForceReply:
        """Return how the question is answered."""
        if self.question.kind not in ("one", "many"):
            return ForceReply(selective=True)
        first = self.page * PAGE
        shown = self.question.options[first : first + PAGE]
        rows = [[self._option(first + at, *one)] for at, one in enumerate(shown)]
        return InlineKeyboardMarkup(inline_keyboard=[*rows, *self._turning()])

    def _option(self, at: int, value: str, label: str) -> InlineKeyboardButton:
        taken = value in self._given()
        return InlineKeyboardButton(text=f"☑ {label}" if taken else label, callback_data=choice(at))

    def _turning(self) -> Sequence[list[InlineKeyboardButton]]:
        row = []
        if self.page:
            row.append(InlineKeyboardButton(text="‹", callback_data=choice(BACK)))
        if (self.page + 1) * PAGE < len(self.question.options):
            row.append(InlineKeyboardButton(text="›", callback_data=choice(NEXT)))
        if self.question.kind == "many" or not self.question.required:
            row.append(InlineKeyboardButton(text=self.form.done, callback_data=choice(DONE)))
        return [row] if row else []

    def _given(self) -> list[str]:
        return self.answers.setdefault(self.question.id, list(self.question.chosen))

    def choose(self, at: int) -> bool:
        """Take a choice; say whether the question is answered."""
        if at in (BACK, NEXT):
            self.page += 1 if at == NEXT else -1
            return False
        if at == DONE:
            self._given()
            return self._answered()
        value = self.question.options[at][0]
        if self.question.kind == "one":
            self.answers[self.question.id] = [value]
            return self._answered()
        given = self._given()
        given.remove(value) if value in given else given.append(value)
        return False

    def say(self, words: str) -> bool:
        """Take words; say whether the question is answered, which it always is."""
        self.answers[self.question.id] = [words]
        return self._answered()

    def _answered(self) -> bool:
        self.at, self.page = self.at + 1, 0
        return True

    @property
    def is_done(self) -> bool:
        """Say whether there is no further question."""
        return self.at >= len(self.form.fields)


class Forms:
    """The forms that are open, by the message that asks."""

    def __init__(self) -> None:
        """Have none."""
        self._open: OrderedDict[tuple[int, int], Asking] = OrderedDict()

    def put(self, place: int, message: int, asking: Asking) -> None:
        """Keep a form under the message that asks."""
        self._open[place, message] = asking
        while len(self._open) > _MOST:
            self._open.popitem(last=False)

    def get(self, place: int, message: int) -> Asking | None:
        """Return the form under a message."""
        return self._open.get((place, message))

    def drop(self, place: int, message: int) -> None:
        """Forget a form."""
        self._open.pop((place, message), None)
