"""What goes to a server of PostgreSQL's in one way there and back: several statements at once.

psycopg has pipelines as well, which cost more of the processor than they save of ways. These are
its `pq`, which is libpq itself (https://www.postgresql.org/docs/current/libpq-pipeline-mode.html):
each statement is sent prepared, and the answers are read when all have been sent. After one that
fails none is run, a COMMIT among them.
"""

import select
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import InvalidSqlStatementName, error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

from bridge.store.spoken import Numbered

Row = tuple[Any, ...]


class Step(NamedTuple):
    """A statement with what it is given, each parameter by its name."""

    text: Numbered
    parameters: Mapping[str, Any]


class _Ready(NamedTuple):
    """A step as it is sent: what has to be prepared first, and what then is run."""

    name: bytes
    prepares: tuple[bytes, tuple[int, ...]] | None
    values: Sequence[Any]
    formats: Sequence[Any]


class Trips:
    """Ways to a server and back, over a connection that one thread at a time uses."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        """Go over `connection`, which is in no pipeline; psycopg may use it in between."""
        self._server = connection.pgconn
        self._lock = connection.lock
        self._transformer = Transformer(connection)
        self._names: dict[tuple[str, tuple[int, ...]], bytes] = {}
        self._made = 0
        self._poll = select.poll()
        self._poll.register(self._server.socket, select.POLLIN)

    def execute(self, text: str) -> None:
        """Run statements without parameters, whose answer nobody needs.

        psycopg does not hear of it: on a ROLLBACK it would have the server forget all that was
        prepared. Raises `psycopg.Error`.
        """
        with self._lock:
            self._check(self._server.exec_(text.encode()))

    def go(self, steps: Sequence[Step]) -> list[list[Row]]:
        """Run all of these in their order; return the rows of each.

        Raises `psycopg.Error` of the first that failed, and `psycopg.DataError` before anything
        is sent where a value cannot be.
        """
        known = dict(self._names)
        ready = [self._made_ready(step, known) for step in steps]
        with self._lock:
            answers = self._answers(ready)
        self._check_all(answers)
        self._names = known
        return [self._rows(one) for one in _without_preparing(ready, answers)]

    def _made_ready(self, step: Step, known: dict[tuple[str, tuple[int, ...]], bytes]) -> _Ready:
        given = [step.parameters[name] for name in step.text.names]
        values = self._transformer.dump_sequence(given, [PyFormat.AUTO] * len(given))
        types, formats = self._transformer.types or (), self._transformer.formats or ()
        key = (step.text.text, types)
        if name := known.get(key):
            return _Ready(name, None, values, formats)
        self._made += 1
        known[key] = name = f"desk_{self._made}".encode()
        return _Ready(name, (step.text.text.encode(), types), values, formats)

    def _answers(self, ready: Sequence[_Ready]) -> list[PGresult]:
        self._server.enter_pipeline_mode()
        try:
            for one in ready:
                self._send(one)
            self._server.pipeline_sync()
            return self._received()
        finally:
            if self._server.status != ConnStatus.BAD:
                self._server.exit_pipeline_mode()

    def _send(self, one: _Ready) -> None:
        if one.prepares:
            text, types = one.prepares
            self._server.send_prepare(one.name, text, types)
        self._server.send_query_prepared(one.name, one.values, one.formats)

    def _received(self) -> list[PGresult]:
        answers: list[PGresult] = []
        while True:
            self._wait()
            answer = self._server.get_result()
            if answer is None:
                # So ends what is answered to one of them.
                self._check_connection()
            elif answer.status == ExecStatus.PIPELINE_SYNC:
                return answers
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

    def _check_all(self, answers: Sequence[PGresult]) -> None:
        for one in answers:
            try:
                self._check(one)
            except InvalidSqlStatementName:
                # Somebody had the server forget what was prepared.
                self._names.clear()
                raise

    def _check(self, answer: PGresult) -> None:
        if answer.status in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
            return
        error = error_from_result(answer, encoding=self._transformer.encoding)
        if error.sqlstate is None:
            self._check_connection()
        raise error

    def _check_connection(self) -> None:
        if self._server.status == ConnStatus.BAD:
            raise psycopg.OperationalError(self._server.get_error_message())

    def _rows(self, answer: PGresult) -> list[Row]:
        if answer.status != ExecStatus.TUPLES_OK:
            return []
        self._transformer.set_pgresult(answer)
        return self._transformer.load_rows(0, answer.ntuples, tuple)


_READ_WRITE = select.POLLIN | select.POLLOUT


def _without_preparing(ready: Sequence[_Ready], answers: Sequence[PGresult]) -> list[PGresult]:
    """Return the answers to what was run, without those to what was prepared for it."""
    given = iter(answers)
    kept = []
    for one in ready:
        if one.prepares:
            next(given)
        kept.append(next(given))
    return kept
