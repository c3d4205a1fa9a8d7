"""What the messages of one commit ask and write, each of it in one go.

Each question to a server of PostgreSQL's is a way there and back, on which two threads pass the
interpreter to each other. Which conversation is open is asked for every message: asked before
the first one of a commit, it is one way for all, and the ids for what is new come with it. So
what is then stored needs no answer, and is sent together, before anything else is asked.

An answer holds until something may have changed it: what is said in a conversation changes that
one, and whatever else is written is taken to change every one. The ids hold until any are given
out beside them, for events are told in the order of their ids (docs/decisions/0027).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from bridge.store.arrivals import UNDER_WAY, UNDER_WAY_OF_MANY, Answered, Question, UnderWay
from bridge.store.spoken import Numbered
from bridge.store.statement import Statement
from bridge.store.trips import Step
from bridge.store.tx import Asked, Ids, Row

Parameters = Mapping[str, Any]
# What a question is answered from, and where its ids are given out.
_ASKED = (UNDER_WAY_OF_MANY.tables or frozenset()) | {"events"}
# What was asked, as it can be looked up.
_Key = tuple[Statement[Any], frozenset[tuple[str, Any]]]


class Ahead:
    """What is known beforehand, and what is still to be sent, in one transaction."""

    __slots__ = ("_ids", "_known", "_later", "_of", "_rows_of")

    def __init__(self) -> None:
        """Know nothing, and have nothing to send."""
        self._known: dict[Question, UnderWay | None] = {}
        self._of: defaultdict[int, list[Question]] = defaultdict(list)
        self._ids: dict[tuple[str, str], Ids] = {}
        self._rows_of: dict[_Key, list[Row]] = {}
        self._later: list[Step] = []

    def forget(self) -> None:
        """Know nothing any more, and send nothing."""
        self.forget_answers()
        self._later.clear()

    def forget_answers(self) -> None:
        """Know nothing any more."""
        self._known.clear()
        self._of.clear()
        self._ids.clear()
        self._rows_of.clear()

    # --- what is known ---

    def learn(self, asked: Sequence[Question], rows: Iterable[Row]) -> None:
        """Know what was answered to `asking` these."""
        answers = [UNDER_WAY_OF_MANY.row(*row) for row in rows]
        self._known = dict.fromkeys(asked)
        for place, *_, found in answers:
            self._known[asked[place]] = found
            self._of[found.conversation.id].append(asked[place])
        self._ids = dict(_reserved(asked, answers))

    def knows(self, statement: Statement[Any], parameters: Parameters) -> Question | None:
        """Return the question that a statement asks, if its answer holds."""
        if statement is not UNDER_WAY:
            return None
        question = Question(**parameters)
        return question if question in self._known else None

    def answer(self, question: Question) -> UnderWay | None:
        """Return what is known."""
        return self._known[question]

    def ids(self, inbox_id: str, external_id: str) -> Ids | None:
        """Return the ids for a new message, where they hold."""
        return self._ids.get((inbox_id, external_id))

    def learn_rows(self, asked: Sequence[Asked], answers: Iterable[list[Row]]) -> None:
        """Know the rows that were answered to these."""
        keys = (_key(one, given) for one, given in asked)
        self._rows_of.update(zip(keys, answers, strict=True))

    def rows(self, statement: Statement[Any], parameters: Parameters) -> list[Row] | None:
        """Return the rows of what was asked ahead; `None` where it was not, or holds no more."""
        return self._rows_of.get(_key(statement, parameters)) if self._rows_of else None

    def runs(self, statement: Statement[Any], parameters: Parameters) -> None:
        """Forget what a statement may change that runs now."""
        if statement.only_reads:
            return
        self._ids.clear()
        self._forget_rows_from(statement)
        if statement.within is None:
            self._forget_all_known()
        else:
            self._changed(parameters[statement.within])

    def _forget_all_known(self) -> None:
        self._known.clear()
        self._of.clear()

    def _forget_rows_from(self, changed: Statement[Any]) -> None:
        for key in list(self._rows_of):
            tables = key[0].tables
            if changed.tables is None or tables is None or not tables.isdisjoint(changed.tables):
                del self._rows_of[key]

    def _changed(self, conversation_id: int) -> None:
        for question in self._of.pop(conversation_id, ()):
            del self._known[question]
            self._ids.pop((question.inbox_id, question.message), None)

    # --- what is still to be sent ---

    def put_off(self, statement: Statement[Any], parameters: Parameters) -> None:
        """Send this later: it needs no answer."""
        self._later.append(Step(statement.numbered(parameters), parameters))
        self._forget_rows_from(statement)
        if statement.within is not None:
            self._changed(parameters[statement.within])
        elif statement.tables is None or not statement.tables.isdisjoint(_ASKED):
            self._ids.clear()
            self._forget_all_known()

    def put_off_text(self, text: str) -> None:
        """Send this later, which is given nothing and changes nothing."""
        self._later.append(Step(Numbered(text, ()), {}))

    def drop_back_to(self, text: str) -> bool:
        """Drop a text and what was put off after it; say whether it was still here.

        If it was sent already, all that is here came after it.
        """
        while self._later:
            if self._later.pop().text.text == text:
                return True
        return False

    @property
    def has_due(self) -> bool:
        """Whether anything is still to be sent."""
        return bool(self._later)

    def put_back(self, due: Sequence[Step]) -> None:
        """Have what was due be sent later after all, and first."""
        self._later[:0] = due

    def due(self) -> list[Step]:
        """Return what is to be sent, in its order, and have none of it any more."""
        later, self._later = self._later, []
        return later


def _key(statement: Statement[Any], parameters: Parameters) -> _Key:
    return statement, frozenset(parameters.items())


def once(asked: Sequence[Asked]) -> Sequence[Asked]:
    """Return the same, each that is asked more than once only the first time."""
    return list({_key(*one): one for one in asked}.values()) if len(asked) > 1 else asked


def worth_asking(questions: Iterable[Question]) -> list[Question]:
    """Return those that can be asked with others, each message's once."""
    plain = (one for one in questions if one.is_plain)
    return list({(one.inbox_id, one.message): one for one in plain}.values())


def asking(asked: Sequence[Question]) -> Step:
    """Return what asks all of these at once."""
    rows = [{"place": place, **msgspec.structs.asdict(one)} for place, one in enumerate(asked)]
    given = {"asked": msgspec.json.encode(rows).decode()}
    return Step(UNDER_WAY_OF_MANY.numbered(given), given)


def _reserved(
    asked: Sequence[Question], answers: Iterable[Answered]
) -> Iterator[tuple[tuple[str, str], Ids]]:
    """Yield the ids of each new message; they grow in the order in which they were asked."""
    new = sorted((one for one in answers if not one.is_there), key=lambda one: one.place)
    message_ids = sorted(one.message_id for one in new)
    event_ids = sorted(one.event_id for one in new)
    for one, *ids in zip(new, message_ids, event_ids, strict=True):
        yield (asked[one.place].inbox_id, asked[one.place].message), Ids(*ids)
