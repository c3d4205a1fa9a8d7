"""What is for several processes: the web servers' samples, the compose files, the restart."""

import http.server
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from bridge.cli.config import known_kinds
from bridge.settings import examine
from routing.review import review
from tests.deploy.tools import DEPLOY, run, understood
from tests.desk import ROOT
from tests.ports import free_port

COMPOSE = DEPLOY / "compose"
FILES = sorted(COMPOSE.glob("*.yml"))
HERE = "10.0.0.11"
FILLED = {
    "DESKBRIDGE_SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "DATABASE_URL": "postgresql://deskbridge:secret@database/deskbridge",
    "PROXIES": "172.30.40.0/24",
    "POSTGRES_PASSWORD": "secret",
}


# --- web servers ---


def test_nginx_is_told_of_several_as_of_one_but_for_where_they_are() -> None:
    def lines(name: str) -> list[str]:
        text = (DEPLOY / "nginx" / name).read_text("utf-8")
        return [
            one.strip() for one in text.splitlines() if one and not one.lstrip().startswith("#")
        ]

    one, several = lines("deskbridge.conf"), lines("deskbridge-several.conf")
    assert [line for line in one if line not in several] == ["server 127.0.0.1:8080;"]
    assert [line for line in several if line not in one] == [
        "zone deskbridge 64k;",
        "server 127.0.0.1:8081 max_fails=1 fail_timeout=1s;",
        "server 127.0.0.1:8082 max_fails=1 fail_timeout=1s;",
        "proxy_connect_timeout 2s;",
    ]


@pytest.mark.parametrize("path", ["caddy/Caddyfile.several", "compose/Caddyfile"])
def test_caddy_takes_the_samples_for_several(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBS", "web-1:8080 web-2:8080")
    told = run("caddy", "adapt", "--adapter", "caddyfile", "--config", str(DEPLOY / path))
    assert told.count('"dial":') == 2
    assert "warn" not in told.lower()
    # What is kept to be sent again may be another's, and a failure of that count against the next.
    assert "buffer" not in told
    assert "fail_duration" not in told
    assert '"interval":1000000000' in told


# --- compose ---


def read(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text("utf-8"))


def services() -> Iterator[tuple[str, str, Any]]:
    """Return every service: its file, its name, and what it is."""
    for path in FILES:
        for name, service in read(path)["services"].items():
            yield path.name, name, service


def ours() -> list[tuple[str, str, Any]]:
    return [one for one in services() if one[2]["image"] == "deskbridge"]


def filled(text: str) -> str:
    return text.replace("${HERE:?}", HERE)


def test_the_files_say_only_what_compose_knows() -> None:
    for path in FILES:
        jsonschema.validate(read(path), _SCHEMA)


def test_the_program_understands_what_compose_starts() -> None:
    started = {
        (file, name): understood([filled(word) for word in service["command"]])
        for file, name, service in ours()
    }
    roles = {place: str(told["role"].value) for place, told in started.items()}  # type: ignore[attr-defined]
    assert sorted(roles.values()) == ["web"] * 3 + ["worker"] * 3
    for (_, name), role in zip(started, roles.values(), strict=True):
        assert name.startswith(role)
    assert all(
        str(told["config"]) == "/etc/deskbridge/deskbridge.yaml" for told in started.values()
    )


def test_the_configuration_beside_it_is_right_and_is_told_all_that_it_asks_for() -> None:
    example = (COMPOSE / "environment.example").read_text("utf-8")
    named = {line.partition("=")[0] for line in example.splitlines() if not line.startswith("#")}
    assert named == FILLED.keys()
    for _, _, service in ours():
        environ = FILLED | {key: filled(one) for key, one in service["environment"].items()}
        settings = examine(
            COMPOSE / "deskbridge.yaml", kinds=known_kinds(), environ=environ, review=review
        ).settings
        assert settings.server.admin_listen is not None
        assert settings.storage.media.dir.parent == Path("/var/lib/deskbridge")
    network = read(COMPOSE / "one-box.yml")["networks"]["inner"]["ipam"]["config"][0]["subnet"]
    assert f"PROXIES={network}" in example


def test_what_must_end_in_good_order_is_given_the_time_for_it() -> None:
    for _, name, service in services():
        if name != "proxy":
            assert int(service["stop_grace_period"].removesuffix("s")) > 10
        assert service["restart"] == "always"


def test_what_hangs_or_grows_is_ended_and_started_again() -> None:
    for _, _, service in ours():
        assert service["restart"] == "always"
        # Both the same: there is no swap beside it.
        assert service["mem_limit"] == service["memswap_limit"] == "2g"


def test_every_volume_a_service_names_is_there() -> None:
    for path in FILES:
        file = read(path)
        for service in file["services"].values():
            for volume in service["volumes"]:
                source = volume.split(":")[0]
                there = (COMPOSE / source).exists() if source.startswith(".") else True
                assert there
                if source[0] not in "./$":
                    assert source in file["volumes"]


# As much of compose's own schema as these files need: a word that is misspelled is none of it.
_TEXT: Any = {"type": "string"}
_TEXTS: Any = {"type": "array", "items": _TEXT}
_HEALTH: Any = {
    "type": "object",
    "properties": {
        "test": _TEXTS,
        "interval": _TEXT,
        "timeout": _TEXT,
        "start_period": _TEXT,
        "retries": {"type": "integer"},
    },
    "required": ["test"],
    "additionalProperties": False,
}
_SERVICE: Any = {
    "type": "object",
    "properties": {
        **dict.fromkeys(
            (
                *("image", "restart", "env_file", "network_mode", "stop_grace_period"),
                *("mem_limit", "memswap_limit"),
            ),
            _TEXT,
        ),
        **dict.fromkeys(("command", "ports", "volumes", "networks", "tmpfs", "cap_drop"), _TEXTS),
        "security_opt": _TEXTS,
        "environment": {"type": "object", "additionalProperties": _TEXT},
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {"condition": {"enum": ["service_started", "service_healthy"]}},
                "required": ["condition"],
                "additionalProperties": False,
            },
        },
        "read_only": {"type": "boolean"},
        "healthcheck": _HEALTH,
    },
    "required": ["image"],
    "additionalProperties": False,
}
_SCHEMA: Any = {
    "type": "object",
    "properties": {
        "name": _TEXT,
        "services": {"type": "object", "additionalProperties": _SERVICE},
        "networks": {"type": "object"},
        "volumes": {"type": "object"},
    },
    "patternProperties": {"^x-": {}},
    "required": ["name", "services"],
    "additionalProperties": False,
}


# --- the image ---


def test_the_image_holds_what_the_units_find_and_leaves_out_what_a_checkout_has_made() -> None:
    text = (COMPOSE / "Dockerfile").read_text("utf-8")
    assert 'ENTRYPOINT ["/opt/deskbridge/.venv/bin/deskbridge"]' in text
    assert "RUN make build" in text
    ignored = (COMPOSE / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    kept = {one for one in (ROOT / ".gitignore").read_text("utf-8").splitlines() if "static" in one}
    assert {one.removesuffix("/") for one in kept} <= {*ignored}
    assert {".git", "**/.venv", "**/node_modules", "var", ".env"} <= {*ignored}


# --- the restart ---


class Units:
    """What stands for systemd: it notes what it is told, and units are ready a moment later."""

    def __init__(self, folder: Path, ports: dict[str, int]) -> None:
        self.ports, self.said = ports, folder / "said.txt"
        self.asked: list[int] = []
        self.dead: set[int] = set()
        (folder / "systemctl").write_text(f'#!/bin/sh\necho "$@" >>{self.said}\n', encoding="utf-8")
        (folder / "systemctl").chmod(0o755)
        self.environ = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "PATIENCE": "2"}

    def restart(self, *units: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(DEPLOY / "rolling-restart.sh"), *units],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def told(self) -> list[str]:
        return self.said.read_text("utf-8").splitlines() if self.said.exists() else []


@pytest.fixture
def units(tmp_path: Path) -> Iterator[Units]:
    """Return two webs whose private listeners say once that they are not ready yet."""
    # The port of a web is that of its private listener without the 1 before it.
    private = [next(port for port in iter(_low_port, -1) if port) for _ in range(2)]
    made = Units(tmp_path, {f"deskbridge-web@{str(port)[1:]}": port for port in private})
    with answering(made, private[0]), answering(made, private[1]):
        yield made


def _low_port() -> int:
    """Return a free port between 11000 and 19999."""
    port = 10_000 + 1_000 + free_port() % 9_000
    with socket.socket() as probe:
        return port if probe.connect_ex(("127.0.0.1", port)) else 0


@contextmanager
def answering(units: Units, port: int) -> Iterator[None]:
    class Ready(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            first = port not in units.asked
            units.asked.append(port)
            well = self.path == "/readyz" and not first and port not in units.dead
            self.send_response(200 if well else 503)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Ready)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_units_are_restarted_one_after_the_other_each_once_the_last_is_ready(units: Units) -> None:
    done = units.restart(*units.ports)
    assert done.returncode == 0, done.stderr
    assert units.told() == [f"restart {name}" for name in units.ports]
    first, second = units.ports.values()
    assert units.asked == [first, first, second, second]


def test_a_unit_that_does_not_come_back_is_the_last_that_is_touched(units: Units) -> None:
    first, _ = units.ports
    units.dead.add(units.ports[first])
    done = units.restart(*units.ports)
    assert done.returncode == 1
    assert f"journalctl -u {first}" in done.stderr
    assert units.told() == [f"restart {first}"]


def test_nothing_is_restarted_where_one_of_the_names_is_unknown(units: Units) -> None:
    done = units.restart(*units.ports, "deskbridge")
    assert done.returncode == 2
    assert units.told() == []
