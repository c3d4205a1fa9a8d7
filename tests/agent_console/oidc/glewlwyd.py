"""glewlwyd, a single sign-on server, as a program of a test's own: Debian's, configured by its API.

It demands PKCE by S256 of everybody, asks for passwords, and signs with the key that the test
gives it.
"""

import json
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from Crypto.PublicKey import ECC, RSA

from tests.agent_console.oidc.liar import encoded, jwk_of
from tests.oidc import wait_for
from tests.ports import free_port

MODULES = Path("/usr/lib/glewlwyd")
TABLES = Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
CLIENT = "desk"
# Debian's tables begin with this one, whom whoever reaches the port could be.
SEED = {"username": "admin", "password": "password"}

CONFIG = """
port = {port}
bind_address = "127.0.0.1"
external_url = "http://127.0.0.1:{port}"
login_url = "login.html"
api_prefix = "api"
log_mode = "file"
log_level = "DEBUG"
log_file = "{folder}/log"
cookie_secure = 0
user_module_path = "{modules}/user"
client_module_path = "{modules}/client"
user_auth_scheme_module_path = "{modules}/scheme"
plugin_module_path = "{modules}/plugin"
hash_algorithm = "SHA256"
database = {{ type = "sqlite3" path = "{folder}/database" }};
"""

CLAIMS: dict[str, Any] = {
    "email-claim": "mandatory",
    "claims": [
        {
            "name": "email_verified",
            "user-property": "email_verified",
            "type": "boolean",
            "boolean-value-true": "yes",
            "boolean-value-false": "no",
            "mandatory": True,
        }
    ],
}
PKCE = {"pkce-allowed": True, "pkce-required": True, "pkce-method-plain-allowed": False}
LIVES = {"access-token-duration": 300, "refresh-token-duration": 300, "code-duration": 60}


def rsa_jwk(key: RSA.RsaKey, kid: str, alg: str = "RS256") -> dict[str, Any]:
    """Return all of a key, for whoever signs with it."""
    told = {
        "d": key.d,
        "p": key.p,
        "q": key.q,
        "dp": key.d % (key.p - 1),
        "dq": key.d % (key.q - 1),
    }
    told["qi"] = pow(key.q, -1, key.p)
    return jwk_of(key, kid) | {"alg": alg} | {name: _number(n) for name, n in told.items()}


def ec_jwk(key: ECC.EccKey, kid: str) -> dict[str, Any]:
    """Return all of a key on P-256, for whoever signs by ES256 with it."""
    numbers = {"x": key.pointQ.x, "y": key.pointQ.y, "d": key.d}
    told = {name: encoded(int(n).to_bytes(32, "big")) for name, n in numbers.items()}
    return {"kty": "EC", "crv": "P-256", "alg": "ES256", "kid": kid, "use": "sig"} | told


def ed_jwk(key: ECC.EccKey, kid: str) -> dict[str, Any]:
    """Return all of a key on Ed25519, for whoever signs by EdDSA with it."""
    told = {"x": encoded(key.public_key().export_key(format="raw")), "d": encoded(key.seed)}
    return {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": kid, "use": "sig"} | told


def _number(n: int) -> str:
    return encoded(int(n).to_bytes((int(n).bit_length() + 7) // 8, "big"))


@dataclass
class Glewlwyd:
    """The server, with what its folder and its API are asked."""

    folder: Path
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        """Speak with its API as one who rules it, once it runs."""
        self._api = httpx.Client(base_url=f"{self.address}/api", timeout=30)
        self._passwords: dict[str, str] = {}

    @property
    def address(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def issuer(self) -> str:
        """Return what it calls itself in tokens."""
        return f"{self.address}/api/oidc"

    def log(self) -> str:
        """Return what it has written down."""
        return (self.folder / "log").read_text()

    def keys(self) -> list[str]:
        """Return the names of the keys that it shows to everybody."""
        return [one["kid"] for one in httpx.get(f"{self.issuer}/jwks").json()["keys"]]

    # --- the program ----------------------------------------------------------------------

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run it on a database of its own, ruled by nobody else."""
        self._lay_out()
        with (self.folder / "output").open("wb") as output:
            command = [program(), "-c", str(self.folder / "config")]
            process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            wait_for(process, f"{self.address}/config", (self.folder / "output").read_text)
            self._take_over()
            yield
        finally:
            self._api.close()
            process.terminate()
            process.wait(timeout=20)

    def _lay_out(self) -> None:
        told = CONFIG.format(port=self.port, folder=self.folder, modules=MODULES)
        (self.folder / "config").write_text(told)
        database = sqlite3.connect(self.folder / "database")
        database.executescript(TABLES.read_text())
        database.close()

    def _take_over(self) -> None:
        """Be the one who rules it, before anything is in it, by a password that nobody knows."""
        self._ask("POST", "/auth", SEED)
        ruler = {"scope": ["g_admin", "g_profile"], "enabled": True}
        self._ask("PUT", "/user/admin", ruler | {"password": secrets.token_urlsafe(32)})
        assert httpx.post(f"{self.address}/api/auth", json=SEED).status_code == 401

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        answer = self._api.request(method, path, json=body)
        assert answer.status_code == 200, (method, path, answer.text, self.log()[-2000:])
        return answer.json() if answer.text else None

    # --- what is in it --------------------------------------------------------------------

    def provide(self, key: Mapping[str, Any]) -> None:
        """Have it speak OpenID Connect, the code flow alone, and sign with this key."""
        users = self._ask("GET", "/mod/user/database")
        users["parameters"]["data-format"]["email_verified"] = {"read": True, "write": True}
        self._ask("PUT", "/mod/user/database", users)
        self._ask("PUT", "/mod/user/database/reset")
        scope = {"name": "email", "display_name": "Email", "description": "Their address"}
        self._ask("POST", "/scope/", scope | {"password_required": False})
        self._ask("POST", "/mod/plugin/", self._plugin(key))

    def sign_with(self, key: Mapping[str, Any]) -> None:
        """Have it sign with another key from now on, and show that one alone."""
        self._ask("PUT", "/mod/plugin/oidc", self._plugin(key))
        self._ask("PUT", "/mod/plugin/oidc/reset")

    def _plugin(self, key: Mapping[str, Any]) -> dict[str, Any]:
        flows = ("token", "none", "password", "client", "device", "refresh")
        parameters = {
            "iss": self.issuer,
            "oauth-as-iss-id": True,
            "subject-type": "public",
            "allowed-scope": ["openid", "email"],
            "jwks-private": json.dumps({"keys": [key]}),
            "jwks-show": True,
            "auth-type-code-enabled": True,
        } | {f"auth-type-{flow}-enabled": False for flow in flows}
        named = {"module": "oidc", "name": "oidc", "display_name": "OpenID Connect"}
        return named | {"enabled": True, "parameters": parameters | LIVES | PKCE | CLAIMS}

    def register(self, redirect_uri: str, secret: str) -> None:
        """Have it know a confidential client, which proves itself in the header."""
        client = {
            "client_id": CLIENT,
            "name": "Desk",
            "confidential": True,
            "password": secret,
            "redirect_uri": [redirect_uri],
            "authorization_type": ["code"],
            "token_endpoint_auth_method": ["client_secret_basic"],
            "scope": [],
            "enabled": True,
        }
        self._ask("POST", "/client/", client)

    def admit(self, name: str, email: str, *, verified: bool) -> None:
        """Have it know somebody."""
        self._passwords[name] = secrets.token_urlsafe(16)
        person = {
            "username": name,
            "password": self._passwords[name],
            "email": email,
            "email_verified": "yes" if verified else "no",
            "scope": ["g_profile", "openid", "email"],
            "enabled": True,
        }
        self._ask("POST", "/user/", person)

    # --- who comes ------------------------------------------------------------------------

    async def answer(self, url: str, name: str) -> dict[str, str]:
        """Walk there as somebody's browser; return the answer with which it leads back.

        They type their password and grant what is asked, unless they are sent away at once.
        """
        async with httpx.AsyncClient(timeout=30) as browser:
            sent = (await browser.get(url)).headers["location"]
            if sent.startswith(f"{self.address}/login.html?"):
                await self._sign_in(browser, name)
                (way_on,) = parse_qs(urlsplit(sent).query)["callback_url"]
                # So its own page goes on, once a person has pressed the button.
                sent = (await browser.get(f"{way_on}&g_continue")).headers["location"]
        assert not sent.startswith(self.address), sent
        return dict(parse_qsl(urlsplit(sent).query))

    async def _sign_in(self, browser: httpx.AsyncClient, name: str) -> None:
        api = f"{self.address}/api/auth"
        person = {"username": name, "password": self._passwords[name]}
        (await browser.post(api, json=person)).raise_for_status()
        granted = {"scope": "openid email"}
        (await browser.put(f"{api}/grant/{CLIENT}", json=granted)).raise_for_status()


def program() -> str:
    """Return the server's program, or fail with what to do."""
    found = shutil.which("glewlwyd")
    if found is None or not TABLES.exists():
        pytest.fail("glewlwyd is missing: run scripts/oidc-env.sh", pytrace=False)
    return found
