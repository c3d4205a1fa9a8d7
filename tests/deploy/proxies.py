"""The web servers in front of the program, each on its sample of `deploy/`, on ports of its own."""

import asyncio
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.deploy.tools import DEPLOY
from tests.ports import free_port
from tests.servers import certificate, program

NAME = "support.example.com"
START_SECONDS = 30.0


def replaced(text: str, changes: dict[str, str]) -> str:
    """Return the text with each of the changes made, every one of which must find something."""
    for old, new in changes.items():
        assert old in text, f"the sample no longer says {old!r}"
        text = text.replace(old, new)
    return text


@dataclass(slots=True)
class Proxy:
    """A web server that leads from `https` to the program's port, or to those of several."""

    folder: Path
    leads_to: Sequence[int]
    https: int = field(default_factory=free_port)
    http: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """Return the address that browsers are given."""
        return f"https://127.0.0.1:{self.https}"

    def command(self) -> tuple[str, ...]:
        """Write what the server reads; return how it is started, in the foreground."""
        raise NotImplementedError

    @property
    def authority(self) -> Path:
        """Return the file with the certificate by which its own is known."""
        raise NotImplementedError

    def places(self, before: str = "") -> dict[str, str]:
        """Return where the sample leads, with what stands before it, and where this one does."""
        samples = [8080] if len(self.leads_to) == 1 else [8081, 8082]
        pairs = zip(samples, self.leads_to, strict=True)
        place = f"{before}127.0.0.1:"
        return {f"{place}{theirs}": f"{place}{ours}" for theirs, ours in pairs}

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run it for as long as the context lasts."""
        home = {"HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder)}
        with (self.folder / "proxy.txt").open("wb") as log:
            process = subprocess.Popen(
                self.command(), env={**os.environ, **home}, stdout=log, stderr=log
            )
        try:
            self._wait_until_it_answers(process)
            yield
        finally:
            process.terminate()
            process.wait(START_SECONDS)

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        transport = httpx.HTTPTransport(verify=False, retries=50)  # The test's own.
        with httpx.Client(transport=transport, timeout=START_SECONDS) as http:
            try:
                http.get(self.url)
            except httpx.HTTPError as error:
                said = (self.folder / "proxy.txt").read_text(encoding="utf-8", errors="replace")
                pytest.fail(f"{error!r}, {process.poll()}:\n{said}", pytrace=False)


# By which process each request was answered, and whose it was.
_LOG = """\
    log_format answered '$upstream_addr $status $http_authorization$http_cookie';
    access_log {}/answered.txt answered;
"""


class Nginx(Proxy):
    """nginx, with a certificate that the test has made."""

    @property
    def authority(self) -> Path:
        """Return its certificate, which answers for itself."""
        return self.folder / "cert.pem"

    def command(self) -> tuple[str, ...]:
        """Write nginx's configuration around the sample."""
        cert, key = certificate(self.folder)
        name = "deskbridge.conf" if len(self.leads_to) == 1 else "deskbridge-several.conf"
        sample = (DEPLOY / "nginx" / name).read_text(encoding="utf-8")
        live = f"/etc/letsencrypt/live/{NAME}"
        changes = {
            f"{live}/fullchain.pem": str(cert),
            f"{live}/privkey.pem": str(key),
            "    listen [::]:80;\n": "",
            "    listen [::]:443 ssl http2;\n": "",
            "listen 80;": f"listen 127.0.0.1:{self.http};",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{self.https} ssl http2;",
            "https://$host$request_uri": f"{self.url}$request_uri",
            "proxy_set_header Host $host;": "proxy_set_header Host $http_host;",
            **self.places("server "),
            f"server_name {NAME};": "server_name 127.0.0.1;",
        }
        (self.folder / "deskbridge.conf").write_text(replaced(sample, changes), encoding="utf-8")
        kept = "".join(
            f"    {kind}_temp_path {self.folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (around := self.folder / "nginx.conf").write_text(
            f"daemon off;\nerror_log stderr;\npid {self.folder}/nginx.pid;\nevents {{}}\n"
            f"http {{\n{_LOG.format(self.folder)}{kept}"
            f"    include {self.folder}/deskbridge.conf;\n}}\n",
            encoding="utf-8",
        )
        return (program("nginx"), "-c", str(around), "-p", str(self.folder))


class Caddy(Proxy):
    """Caddy, which signs its own certificate here."""

    @property
    def authority(self) -> Path:
        """Return what it signs with."""
        return self.folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"

    def command(self) -> tuple[str, ...]:
        """Write the Caddyfile from the sample."""
        name = "Caddyfile" if len(self.leads_to) == 1 else "Caddyfile.several"
        sample = (DEPLOY / "caddy" / name).read_text(encoding="utf-8")
        changes = {
            f"{NAME} {{\n": f"{self.url} {{\n\ttls internal\n",
            **self.places(),
        }
        options = f"http_port {self.http}\n\thttps_port {self.https}\n\tskip_install_trust"
        (written := self.folder / "Caddyfile").write_text(
            f"{{\n\tadmin off\n\t{options}\n\tdefault_bind 127.0.0.1\n}}\n"
            + replaced(sample, changes),
            encoding="utf-8",
        )
        return (program("caddy"), "run", "--config", str(written), "--adapter", "caddyfile")


def answered(front: Nginx) -> list[tuple[int, str]]:
    """Return the port of who answered each request, and whose it was by its token or cookies."""
    lines = (front.folder / "answered.txt").read_text(encoding="utf-8").splitlines()
    found = [re.match(r"(?:.*, )?127\.0\.0\.1:(\d+) \d+ (.+)", line) for line in lines]
    return [(int(one[1]), one[2]) for one in found if one is not None]


async def led_to_https(proxy: Proxy) -> str:
    """Return where a browser is led that asks without encryption."""
    async with httpx.AsyncClient() as http:
        async with asyncio.timeout(START_SECONDS):
            answer = await http.get(f"http://127.0.0.1:{proxy.http}/demo?page=cup")
        assert answer.status_code in (301, 308)
        return str(answer.headers["location"])
