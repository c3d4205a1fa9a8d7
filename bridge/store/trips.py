"""What goes to a server of PostgreSQL's in one way there and back: several statements at once.

psycopg has pipelines as well, which cost more of the processor than they save of ways. These are
its `pq`, which is libpq itself (https://www.postgresql.org/docs/current/libpq-pipeline-mode.html):
of several, what has parameters is sent prepared, and the answers are read when all has been sent.
After one that fails none is run, a COMMIT among them.
"""

import select
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from bridge.db.postgresql import PREPARED
from bridge.store.spoken import Numbered
from bridge.store.tx import Row

# What is prepared is known by its text and the types of its parameters.
_Key = tuple[str, tuple[int, ...]]

# A table was changed under what is prepared, or somebody had it forgotten: a new connection helps.
STALE = (FeatureNotSupported, InvalidSqlStatementName)

# What is asked alone is prepared the fifth time.
_OFTEN = 5


class Step(NamedTuple):
    """A statement with what it is given, each parameter by its name."""

    text: Numbered
    parameters: Mapping[str, Any]


class Answer(NamedTuple):
    """What a step has brought: its rows, and how many of the database's it was about."""

    rows: list[Row]
    touched: int


class _Ready(NamedTuple):
    """A step as it is sent; what is not prepared has no name."""

    text: bytes
    key: _Key
    name: bytes | None
    is_new: bool
    values: Sequence[Any]
    formats: Sequence[Any]


class Trips:
    """Ways to a server and back, over a connection that one thread at a time uses."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        """Go over `connection`, which is in no pipeline; psycopg may use it in between."""
        self._server = connection.pgconn
        self._lock = connection.lock
        self._transformer = Transformer(connection)
        self._names: dict[_Key, bytes] = {}
        self._asked: Counter[_Key] = Counter()
        self._made = 0
        self._poll = select.poll()
        self._poll.register(self._server.socket, select.POLLIN)

    def execute(self, text: str) -> None:
        """Run statements without parameters, whose answer nobody needs; nothing interrupts it.

        psycopg does not hear of it: on a ROLLBACK it would have the server forget all that was
        prepared. Raises `psycopg.Error`.
        """
        with self._lock:
            _check(self._server.exec_(text.encode()), self._transformer.encoding)

    def go(self, steps: Sequence[Step]) -> list[Answer]:
        """Run all of these in their order; return what each has brought.

        Raises `psycopg.Error` of the first that failed, and `psycopg.DataError` before anything
        is sent where a value cannot be. Where the answers do not all come, the connection is
        closed, and where the server cannot run what it has prepared any more.
        """
        known = dict(self._names)
        ready = [self._made_ready(step, known) for step in steps]
        with self._lock:
            answers = self._answers(ready)
        run = self._noted(ready, answers)
        try:
            self._check_all(answers)
        except STALE:
            self._server.finish()
            raise
        return [self._answer(one) for one in run]

    def ask(self, step: Step) -> Answer:
        """Run one alone, without a pipeline around it; raises as `go` does.

        It is prepared when it has been asked so often that its plan is worth keeping.
        """
        key, values, formats = self._dumped(step)
        with self._lock:
            name = self._names.get(key) or self._prepared(key)
            if name is None:
                answer = self._server.exec_params(key[0].encode(), values, key[1], formats)
            else:
                answer = self._server.exec_prepared(name, values, formats)
        try:
            _check(answer, self._transformer.encoding)
        except STALE:
            self._server.finish()
            raise
        return self._answer(answer)

    def _prepared(self, key: _Key) -> bytes | None:
        """Have the server keep a plan for what is asked often; return the name of it, if so."""
        if len(self._names) >= PREPARED:
            return None
        self._asked[key] += 1
        if self._asked[key] < _OFTEN:
            return None
        del self._asked[key]
        name = self._new_name()
        _check(self._server.prepare(name, key[0].encode(), key[1]), self._transformer.encoding)
        self._names[key] = name
        return name

    def _made_ready(self, step: Step, known: dict[_Key, bytes]) -> _Ready:
        key, values, formats = self._dumped(step)
        name = known.get(key)
        is_new = bool(values) and name is None and len(known) < PREPARED
        if is_new:
            known[key] = name = self._new_name()
        return _Ready(key[0].encode(), key, name, is_new, values, formats)

    def _dumped(self, step: Step) -> tuple[_Key, Sequence[Any], Sequence[Any]]:
        text, names = step.text
        given = [step.parameters[name] for name in names]
        values = self._transformer.dump_sequence(given, [PyFormat.AUTO] * len(given))
        return (text, self._transformer.types or ()), values, self._transformer.formats or ()

    def _new_name(self) -> bytes:
        self._made += 1
        return f"desk_{self._made}".encode()

    @property
    def has_failed(self) -> bool:
        """Whether a statement of the transaction has failed, so that the server takes no more."""
        return self._server.transaction_status == TransactionStatus.INERROR

    def _answers(self, ready: Sequence[_Ready]) -> list[PGresult]:
        answers: list[PGresult] = []
        try:
            self._server.enter_pipeline_mode()
            for one in ready:
                self._send(one)
            self._server.pipeline_sync()
            self._receive(answers)
            self._server.exit_pipeline_mode()
        except BaseException:
            # What is still to come would be taken for the answers to what is asked next.
            self._server.finish()
            # What the server said before it hung up tells more.
            self._check_all(answers)
            raise
        return answers

    def _send(self, one: _Ready) -> None:
        if one.name is None:
            self._server.send_query_params(one.text, one.values or None, one.key[1], one.formats)
            return
        if one.is_new:
            self._server.send_prepare(one.name, one.text, one.key[1])
        self._server.send_query_prepared(one.name, one.values, one.formats)

    def _receive(self, answers: list[PGresult]) -> None:
        while True:
            self._wait()
            answer = self._server.get_result()
            if answer is None:
                # So ends what is answered to one of them.
                if self._server.status == ConnStatus.BAD:
                    raise psycopg.OperationalError(self._server.get_error_message())
            elif answer.status == ExecStatus.PIPELINE_SYNC:
                return
            else:
                answers.append(answer)

    def _wait(self) -> None:
        """Wait until an answer is there, and send meanwhile what the socket had no room for."""
        unsent = self._server.flush()
        while self._server.is_busy():
            self._poll.modify(self._server.socket, _READ_WRITE if unsent else select.POLLIN)
            self._poll.poll()
            self._server.consume_input()
            unsent = unsent and self._server.flush()

    def _noted(self, ready: Sequence[_Ready], answers: Sequence[PGresult]) -> list[PGresult]:
        """Know what has been prepared; return the answers to what was run, as far as it was."""
        given = iter(answers)
        run = []
        for one in ready:
            if one.is_new and one.name and next(given).status == ExecStatus.COMMAND_OK:
                # It stays so whatever becomes of the transaction.
                self._names[one.key] = one.name
            run.append(next(given))
        return run

    def _check_all(self, answers: Sequence[PGresult]) -> None:
        for one in answers:
            _check(one, self._transformer.encoding)

    def _answer(self, answer: PGresult) -> Answer:
        touched = answer.command_tuples or 0
        if answer.status != ExecStatus.TUPLES_OK:
            return Answer([], touched)
        self._transformer.set_pgresult(answer)
        return Answer(self._transformer.load_rows(0, answer.ntuples, tuple), touched)


_READ_WRITE = select.POLLIN | select.POLLOUT


def _check(answer: PGresult, encoding: str) -> None:
    if answer.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
        error = error_from_result(answer, encoding=encoding)
        # Without a code it is libpq's own: the connection is lost.
        raise error if error.sqlstate else psycopg.OperationalError(str(error))
