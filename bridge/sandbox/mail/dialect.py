"""What pymap is told of itself: which commands it knows, and which ways to sign in."""

import contextlib
import ssl
from argparse import Namespace

from pymap.backend.dict import Config as DictConfig
from pymap.parsing import EndLine, Params, Space
from pymap.parsing.command.nonauth import AuthenticateCommand
from pymap.parsing.commands import Commands
from pymap.parsing.exceptions import NotParseable
from pymap.parsing.primitives import Atom
from pysasl import SASLAuth
from pysasl.mechanism.login import LoginMechanism
from pysasl.mechanism.oauth import OAuth2Mechanism
from pysasl.mechanism.plain import PlainMechanism

from bridge.sandbox.mail.office import LARGEST_MAIL


class Authenticate(AuthenticateCommand):
    """AUTHENTICATE that may bring its answer along: https://www.rfc-editor.org/rfc/rfc4959."""

    def __init__(self, tag: bytes, mech_name: bytes, initial: bytes | None = None) -> None:
        """`initial` is in base64; a `=` stands for an empty one."""
        super().__init__(tag, mech_name)
        self.initial = initial

    @classmethod
    def parse(cls, buf: memoryview, params: Params) -> tuple["Authenticate", memoryview]:
        """Read the mechanism, and what may follow it."""
        _, buf = Space.parse(buf, params)
        name, buf = Atom.parse(buf, params)
        initial = None
        with contextlib.suppress(NotParseable):
            _, rest = Space.parse(buf, params)
            line = bytes(rest).rstrip(b"\r\n")
            initial, buf = line, rest[len(line) :]
        _, buf = EndLine.parse(buf, params)
        return cls(params.tag, name.value.upper(), initial), buf


class Config(DictConfig):
    """What pymap is to be: on loopback, without encryption, and no slower than it must be."""

    def __init__(self) -> None:
        """Say what its command line would."""
        super().__init__(
            Namespace(passlib_cfg=None, proxy_protocol="noop"),
            host=None,
            port=0,
            demo_data=False,
            demo_user="",
            demo_password="",
            ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
            tls_enabled=False,
            max_append_len=LARGEST_MAIL,
        )

    @property
    def greeting(self) -> bytes:
        """Greet without looking up this machine's name."""
        return b"The model mail server is ready."

    @property
    def initial_capability(self) -> list[bytes]:
        """Say that AUTHENTICATE may bring its answer along."""
        return [*super().initial_capability, b"SASL-IR"]

    @property
    def tls_auth(self) -> SASLAuth:
        """Take passwords and tokens."""
        return SASLAuth([PlainMechanism(), LoginMechanism(), OAuth2Mechanism()])

    @property
    def commands(self) -> Commands:
        """Know our AUTHENTICATE."""
        commands = super().commands
        commands.register(Authenticate)
        return commands
