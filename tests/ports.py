"""Ports for servers that must know theirs before they listen, or come back to it.

They lie below those that the system lends to outgoing connections. A port found by binding to
0 is one of the lent ones: until the server listens, or while it is down between two starts,
any connection of the machine may be given it.

Test runs that go on beside each other have a share of them each, so that no two are given one.
"""

import os
import random
import socket

# Linux lends 32768 and above, other systems 49152 and above.
_RUN = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_RUNS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_RANGE = range(20_000, 32_000)[_RUN::_RUNS]
_given: set[int] = set()


def free_port() -> int:
    """Return a port of loopback that nobody listens on, and that no other caller was given."""
    while True:
        port = random.choice(_RANGE)
        if port not in _given and _is_free(port):
            _given.add(port)
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
