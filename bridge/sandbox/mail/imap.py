"""The account's mailbox by IMAP4rev1: pymap's server, with our faults and our ledger around it."""

import asyncio
import binascii
import logging
from base64 import b64decode
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, closing

from proxyprotocol.sock import SocketInfo
from pymap.context import connection_exit, current_command
from pymap.imap import IMAPConnection
from pymap.imap.state import ConnectionState
from pymap.parsing.command import Command
from pymap.parsing.command.nonauth import AuthenticateCommand, LoginCommand
from pymap.parsing.commands import InvalidCommand
from pymap.parsing.response import CommandResponse, ResponseCode, ResponseNo
from pysasl.creds.server import ServerCredentials
from pysasl.exception import AuthenticationError
from pysasl.mechanism import ChallengeResponse, ServerChallenge

from bridge.sandbox.faults import Fault
from bridge.sandbox.mail.dialect import Authenticate, Config
from bridge.sandbox.mail.door import Door
from bridge.sandbox.mail.ledger import Call
from bridge.sandbox.mail.office import PostOffice

# At DEBUG it writes every line of a connection, with the passwords in them.
logging.getLogger("pymap").setLevel(logging.WARNING)


class Connection(IMAPConnection):
    """One client's connection."""

    _tag: bytes | None = None

    async def readline(self) -> memoryview:
        """Read a line; the first one of a command begins with its tag."""
        line = await super().readline()
        if self._tag is None:
            self._tag = bytes(line).partition(b" ")[0]
        return line

    async def read_command(self, state: ConnectionState) -> Command:
        """Read a command; one that cannot be decoded is a bad one, and no end of the connection."""
        self._tag = None
        try:
            return await super().read_command(state)
        except UnicodeError:
            return InvalidCommand(self.params.copy(tag=self._tag), None, None)

    async def authenticate(
        self, state: ConnectionState, mech_name: bytes
    ) -> ServerCredentials | None:
        """Take what came with the command, or else ask for it."""
        command = current_command.get()
        mechanism = state.auth.get_server(mech_name)
        if mechanism is None or not isinstance(command, Authenticate) or command.initial is None:
            return await super().authenticate(state, mech_name)
        try:
            said = b64decode(b"" if command.initial == b"=" else command.initial)
            return mechanism.server_attempt([ChallengeResponse(b"", said)])[0]
        except (binascii.Error, ServerChallenge):
            raise AuthenticationError("What came with the command is not enough.") from None


class State(ConnectionState):
    """What a client's commands come to, unless something is planned to go wrong."""

    def __init__(self, office: PostOffice, config: Config, cut: Callable[[], None]) -> None:
        """Serve the account; `cut` ends the connection without a word."""
        super().__init__(Door(office, config), config)
        self._office = office
        self._cut = cut

    async def do_command(self, cmd: Command) -> CommandResponse:
        """Do what every command but AUTHENTICATE asks for."""
        ordinary = super().do_command
        return await self._noted(cmd, lambda: ordinary(cmd))

    async def do_authenticate(
        self, cmd: AuthenticateCommand | LoginCommand, creds: ServerCredentials | None
    ) -> CommandResponse:
        """Sign in; LOGIN comes here too, and was seen as a command already."""
        ordinary = super().do_authenticate
        if isinstance(cmd, LoginCommand):
            return await ordinary(cmd, creds)
        return await self._noted(cmd, lambda: ordinary(cmd, creds))

    async def _noted(
        self, cmd: Command, answer: Callable[[], Awaitable[CommandResponse]]
    ) -> CommandResponse:
        name, words = cmd.value.decode("ascii", "replace"), ""
        try:
            response = await self._office.faults.over(
                name, answer, lambda fault: self._failed(fault, cmd)
            )
            words = bytes(response.text).decode("utf-8", "replace")
            return response
        finally:
            self._office.ledger.note(Call(name, words, self._office.now()))

    def _failed(self, fault: Fault, cmd: Command) -> CommandResponse | None:
        """Answer as a server in trouble does: https://www.rfc-editor.org/rfc/rfc5530."""
        if fault.reset:
            self._cut()
            raise ConnectionResetError
        if fault.status:
            return ResponseNo(cmd.tag, b"Try again later.", ResponseCode.of(b"UNAVAILABLE"))
        if fault.error is not None:
            return ResponseNo(cmd.tag, b"Too many commands.", ResponseCode.of(b"LIMIT"))
        return None


class ImapServer:
    """Listens for clients."""

    def __init__(self, office: PostOffice) -> None:
        """Serve the account of this office."""
        self._office = office
        self._config = Config()
        self._serving: set[asyncio.Task[None]] = set()

    async def start(self) -> asyncio.Server:
        """Begin to listen, at any port."""
        return await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def stop(self) -> None:
        """End every connection."""
        serving = list(self._serving)
        for one in serving:
            one.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        place = SocketInfo.get(writer, None, unique_id=b"")
        connection = Connection(self._config.commands, self._config, reader, writer, place)
        state = State(self._office, self._config, writer.transport.abort)
        async with AsyncExitStack() as stack:
            connection_exit.set(stack)
            stack.enter_context(closing(connection))
            await connection.run(state)
