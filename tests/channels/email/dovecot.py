"""A real IMAP server for the tests: Dovecot, with a folder of its own and no rights it needs not.

Mail is delivered as a delivery agent does it: a file that is written aside and moved into
the Maildir. Any user may sign in with the one password, and has a mailbox of their own.
"""

import base64
import contextlib
import getpass
import grp
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from tests.ports import free_port
from tests.servers import certificate, program

PASSWORD = 'imap "pass\\word" canary'
OAUTH_KEY = b"the key by which the tests sign their access tokens"


class Dovecot:
    """One server. `port` speaks in the clear and STARTTLS, `tls_port` encrypted from the start."""

    def __init__(self, directory: Path) -> None:
        """Write its configuration."""
        self.directory = directory
        self.port, self.tls_port = free_port(), free_port()
        self.user, self.group = self._who()
        self.cert, self._key = certificate(directory)
        (directory / "mail").mkdir(mode=0o777)
        self._write_oauth()
        self._conf = directory / "dovecot.conf"
        self._conf.write_text(self._configuration())
        if os.getuid() == 0:
            shutil.chown(directory / "mail", self.user, self.group)
            directory.chmod(0o711)
        self._process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def _who() -> tuple[str, str]:
        """Return as whom it runs: never root, which Dovecot refuses."""
        if os.getuid() == 0:
            return "nobody", "nogroup"
        return getpass.getuser(), grp.getgrgid(os.getgid()).gr_name

    def _write_oauth(self) -> None:
        keys = self.directory / "keys" / "default" / "HS256"
        keys.mkdir(parents=True)
        (keys / "default").write_text(base64.b64encode(OAUTH_KEY).decode())
        (self.directory / "oauth.conf").write_text(
            "introspection_mode = local\n"
            f"local_validation_key_dict = fs:posix:prefix={self.directory}/keys/\n"
            "username_attribute = sub\n"
        )

    def _configuration(self) -> str:
        place, user, group = self.directory, self.user, self.group
        password = base64.b64encode(PASSWORD.encode()).decode()
        return f"""
base_dir = {place}/run
state_dir = {place}/state
log_path = {place}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{self.cert}
ssl_key = <{self._key}
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{place}/mail/%u
mail_max_userip_connections = 100
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0 secs
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = {self.tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={{PLAIN.b64}}{password}
  mechanisms = plain login
}}
passdb {{
  driver = oauth2
  args = {place}/oauth.conf
  mechanisms = xoauth2
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={place}/mail/%u allow_all_users=yes
}}
"""

    # --- running ---

    def start(self) -> None:
        """Start it, and return once it answers."""
        (self.directory / "run" / "master.pid").unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [program("dovecot"), "-F", "-c", str(self._conf)],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        until = time.monotonic() + 10
        while not self._answers():
            assert self._process.poll() is None, self._process.communicate()[1].decode()
            assert time.monotonic() < until, (self.directory / "log").read_text()[-2000:]
            time.sleep(0.02)

    def _answers(self) -> bool:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self.port), 2) as it,
        ):
            return it.recv(4).startswith(b"* OK")
        return False

    def kill(self) -> None:
        """Kill all of it at once, as a lost machine does."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()
        self._process = None

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self.kill()

    # --- mail ---

    def maildir(self, user: str, folder: str = "") -> Path:
        """Return where a user's mail lies, made if it is not there."""
        place = self.directory / "mail" / user
        place = place / f".{folder}" if folder else place
        if not place.is_dir():
            for part in ("new", "cur", "tmp"):
                (place / part).mkdir(parents=True)
            for path in (place.parent, place, *place.iterdir()):
                self._give(path)
        return place

    def deliver(self, user: str, raw: bytes, *, folder: str = "", at: float | None = None) -> None:
        """Put a mail into a mailbox; `at` is when it was received, in seconds."""
        place = self.maildir(user, folder)
        # Dovecot numbers new mail in the order of these names.
        name = f"{time.time_ns():020}.{uuid.uuid4().hex}.test"
        aside = place / "tmp" / name
        aside.write_bytes(raw)
        self._give(aside)
        if at is not None:
            os.utime(aside, (at, at))
        aside.rename(place / "new" / name)

    def forget_uids(self, user: str) -> None:
        """Have the folder get a new UIDVALIDITY, as a restore from a backup does."""
        for path in self.maildir(user).glob("dovecot*"):
            if path.is_file():
                path.unlink()

    def _give(self, path: Path) -> None:
        if os.getuid() == 0:
            shutil.chown(path, self.user, self.group)


@contextlib.contextmanager
def running() -> Iterator[Dovecot]:
    """Run a server, in a folder that other users may pass through, as pytest's is not."""
    with tempfile.TemporaryDirectory(prefix="dovecot-", ignore_cleanup_errors=True) as directory:
        server = Dovecot(Path(directory))
        server.start()
        try:
            yield server
        finally:
            server.stop()
