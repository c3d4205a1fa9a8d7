"""A wire to PostgreSQL that breaks at a commit: nobody on this side knows whether it is there.

It listens on a port of this machine and hands on to a server's socket. A commit is either
handed on and its answer thrown away, or thrown away itself; either way the connection is reset.
"""

import contextlib
import random
import socket
import struct
import threading
from collections import Counter
from pathlib import Path
from typing import Literal

from bridge.db import Server

Cut = Literal["before", "after"]
_COMMIT = b"COMMIT\0"
_RESET = struct.pack("ii", 1, 0)
_CHUNK = 1 << 16


class Between:
    """Stands between programs and a server, and cuts some of their commits off."""

    def __init__(self, server: Server) -> None:
        """Hand on to a server that listens in a folder; let everything pass."""
        name, _, folder = server.url.partition("@/")[2].partition("?host=")
        self._there = str(Path(folder) / ".s.PGSQL.5432")
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.server = Server(
            f"postgresql://desk@127.0.0.1:{self._listening.getsockname()[1]}/{name}"
        )
        self.cuts: Counter[Cut] = Counter()
        self._next: list[Cut | None] = []
        self._rate, self._chance = 0.0, random.Random(0)
        self._guard = threading.Lock()
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self, *cuts: Cut | None) -> None:
        """Cut the next commits off so; `None` lets one pass."""
        self._next.extend(cuts)

    def rain(self, rate: float, chance: random.Random) -> None:
        """Cut off one commit of so many, in either way, from now on."""
        self._rate, self._chance = rate, chance

    def close(self) -> None:
        """Take nobody in any more."""
        self._listening.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as server, client:
            server.connect(self._there)
            deaf = threading.Event()
            back = threading.Thread(target=_hand_back, args=(server, client, deaf), daemon=True)
            back.start()
            self._hand_on(client, server, deaf)
            # Closed at once, without a word: what was not read is lost.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            back.join()

    def _hand_on(self, client: socket.socket, server: socket.socket, deaf: threading.Event) -> None:
        cut: Cut | None = None
        while cut is None and (chunk := client.recv(_CHUNK)):
            cut = self._decided() if _COMMIT in chunk else None
            if cut is not None:
                deaf.set()
            if cut != "before":
                server.sendall(chunk)
        # The server has it all: it ends the transaction as it was told, and then hangs up.
        server.shutdown(socket.SHUT_WR)

    def _decided(self) -> Cut | None:
        with self._guard:
            cut: Cut | None = None
            if self._next:
                cut = self._next.pop(0)
            elif self._chance.random() < self._rate:
                cut = self._chance.choice(("before", "after"))
            if cut is not None:
                self.cuts[cut] += 1
            return cut


def _hand_back(server: socket.socket, client: socket.socket, deaf: threading.Event) -> None:
    with contextlib.suppress(OSError):
        while chunk := server.recv(_CHUNK):
            if not deaf.is_set():
                client.sendall(chunk)
    # It has hung up: so do we.
    with contextlib.suppress(OSError):
        client.shutdown(socket.SHUT_RDWR)
