"""The administrator's own address of the real program: probes, figures, and the reload."""

import re
import socket
import stat
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.desk import COMMAND, ROOT, RunningDesk, StartDesk
from tests.e2e.house import KEY, Agents, running
from tests.ports import free_port

PORT = free_port()
PRIVATE = f"http://127.0.0.1:{PORT}"
# Nobody listens there, so the network is away.
AWAY = {
    "type": "telegram",
    "name": "Бот",
    "token": "${TG}",
    "api_base": f"http://127.0.0.1:{free_port()}",
}
CHANGES: Mapping[str, Any] = {
    "server.admin_listen": f"127.0.0.1:{PORT}",
    "channels.shop_tg": AWAY,
    "webhooks.crm": {"url": "https://crm.example.com/x", "secret": "${CRM}"},
}
ENVIRON = {
    "TG": "7000000000:AA-a-token-that-opens-nothing-at-all",
    "CRM": "whsec_" + "a" * 43 + "=",
}
PATHS = ("/livez", "/readyz", "/metrics")
SAID = "Таємниця клієнтки 🔑"
DOCUMENTED = ROOT / "docs" / "reference" / "private-listener.md"
# Told on PostgreSQL, or with a Redis (test_redis.py).
OF_SEVERAL = {
    "deskbridge_processes",
    "deskbridge_lease_held",
    "deskbridge_neighbours_heard",
    "deskbridge_redis_up",
    "deskbridge_budget_counts_total",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    with running(tmp_path_factory.mktemp("desk"), CHANGES, ENVIRON) as one:
        yield one


@pytest.fixture(autouse=True)
def as_it_was(request: pytest.FixtureRequest) -> None:
    """Begin each test with the same file, whatever the one before it has left."""
    if "desk" in request.fixturenames:
        desk = request.getfixturevalue("desk")
        desk.changes = CHANGES
        desk.rewrite({})
        assert reload().status_code == 200


def reload(**headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.post(f"{PRIVATE}/-/reload", headers=named, timeout=60)


def until(found: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it has not come true"
        time.sleep(0.05)


# --- probes ---------------------------------------------------------------------------


def test_it_lives_and_is_ready(desk: RunningDesk) -> None:
    lives, ready = httpx.get(f"{PRIVATE}/livez"), httpx.get(f"{PRIVATE}/readyz")
    assert (lives.status_code, lives.text) == (200, "ok\n")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    assert "checks" not in ready.json()


def test_each_part_is_told_of_with_its_state_and_a_network_away_keeps_nobody_from_work(
    desk: RunningDesk,
) -> None:
    def checks() -> dict[str, Any]:
        asked = httpx.get(f"{PRIVATE}/readyz?verbose")
        assert (asked.status_code, asked.json()["ready"]) == (200, True)
        return {one.get("id", one["what"]): one for one in asked.json()["checks"]}

    until(lambda: checks()["shop_tg"]["state"] == "down", 60)
    found = checks()
    assert {key: found[key]["state"] for key in ("program", "database", "migrations", "site")} == {
        "program": "up",
        "database": "up",
        "migrations": "up",
        "site": "up",
    }
    away = found["shop_tg"]
    assert (away["what"], away["kind"], away["reason"]) == ("inbox", "telegram", "unavailable")
    assert away["why"].endswith(".")
    assert away["since"] <= time.time() * 1000
    assert httpx.get(f"{PRIVATE}/readyz").json()["state"] == "degraded"


def test_while_it_stops_it_lives_and_is_not_ready(start_desk: StartDesk) -> None:
    private = f"http://127.0.0.1:{(port := free_port())}"
    desk = start_desk({"server.admin_listen": f":{port}"})
    assert httpx.get(f"{private}/readyz").status_code == 200
    with closing(unfinished(desk)):
        process = desk._process
        assert process is not None
        process.terminate()
        until(lambda: httpx.get(f"{private}/readyz").status_code == 503)
        told = httpx.get(f"{private}/readyz").json()
        assert (told["ready"], told["why"]) == (False, ["The program is stopping."])
        assert httpx.get(f"{private}/livez").status_code == 200
        assert httpx.post(f"{private}/-/reload").status_code == 503
    assert process.wait(20) == 0
    desk._process = None


def unfinished(desk: RunningDesk) -> socket.socket:
    """Begin a request whose end never comes: it is given some seconds before it is cut off."""
    begun = socket.create_connection(("127.0.0.1", desk.port))
    head = f"POST /widget/{KEY}/api/session HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: 99\r\nExpect: 100-continue\r\n\r\n"
    begun.sendall(head.encode())
    # It asks for the body once it works on the request.
    assert b"100 Continue" in begun.recv(1024)
    return begun


# --- the reload -----------------------------------------------------------------------


def test_a_reload_says_what_changed_and_what_needs_a_restart(
    desk: RunningDesk, agents: Agents
) -> None:
    other = f"127.0.0.1:{free_port()}"
    desk.rewrite({"quick_replies.hello.title": "Інша", "server.admin_listen": other})
    told = reload()
    assert (told.status_code, told.json()) == (
        200,
        {
            "changed": ["~1 quick reply"],
            "restart": ["server.admin_listen"],
            "said": "~1 quick reply, restart needed: server.admin_listen",
        },
    )
    titles = [one["title"] for one in agents.api("anna").get("quick-replies")["items"]]
    assert "Інша" in titles
    assert httpx.get(f"{PRIVATE}/livez").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://{other}/livez")


def test_a_reload_of_the_same_does_nothing(desk: RunningDesk) -> None:
    assert reload().json() == {"changed": [], "restart": [], "said": "nothing has changed"}


def test_a_file_with_a_mistake_is_refused_in_the_words_of_check(desk: RunningDesk) -> None:
    config = desk.rewrite({"channels.site.colour": "red"})
    told = reload()
    checked = desk.run("check", "--config", str(config))
    as_json = desk.run("check", "--config", str(config), "--format", "json")
    assert told.status_code == 422
    assert told.json()["error"]["code"] == "bad_configuration"
    assert told.json()["said"] + "\n" == checked.stderr
    assert told.json()["problems"] == httpx.Response(200, text=as_json.stdout).json()["problems"]
    assert figures()["deskbridge_config_last_reload_successful", ()] == 0
    desk.changes = CHANGES
    desk.rewrite({})
    assert reload().status_code == 200
    assert figures()["deskbridge_config_last_reload_successful", ()] == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": PRIVATE}, 403),
        ({"sec_fetch_site": "same-origin"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"x_forwarded_for": "203.0.113.7"}, 403),
        ({"forwarded": "for=203.0.113.7"}, 403),
        ({"host": "evil.example"}, 421),
        ({"host": f"evil.example:{PORT}"}, 421),
        ({"host": "127.0.0.1.evil.example"}, 421),
        ({"host": "localhost:80:80"}, 421),
    ],
)
def test_no_page_and_nobody_from_elsewhere_can_press_reload(
    desk: RunningDesk, headers: dict[str, str], status: int
) -> None:
    desk.rewrite({"quick_replies.hello.title": "Не має статися"})
    assert reload(**headers).status_code == status
    desk.changes = CHANGES
    desk.rewrite({})
    assert reload().json()["changed"] == []


@pytest.mark.parametrize("path", PATHS)
def test_a_name_that_was_led_here_reads_nothing(desk: RunningDesk, path: str) -> None:
    asked = httpx.get(f"{PRIVATE}{path}", headers={"host": f"evil.example:{PORT}"})
    assert asked.status_code == 421
    assert httpx.get(f"{PRIVATE}{path}", headers={"host": f"localhost:{PORT}"}).status_code == 200


def test_a_reload_is_no_address_to_visit(desk: RunningDesk) -> None:
    assert httpx.get(f"{PRIVATE}/-/reload").status_code == 405


def test_the_world_reaches_none_of_it(desk: RunningDesk) -> None:
    for path in PATHS:
        assert httpx.get(f"{desk.url}{path}").status_code == 404
    assert httpx.post(f"{desk.url}/-/reload").status_code == 404
    for path in ("/console", "/api/session", "/schema", "/demo"):
        assert httpx.get(f"{PRIVATE}{path}").status_code == 404


# --- figures --------------------------------------------------------------------------


def figures() -> dict[tuple[str, tuple[str, ...]], float]:
    """Return every sample by its name and the values of its labels."""
    asked = httpx.get(f"{PRIVATE}/metrics")
    assert asked.status_code == 200
    assert asked.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(asked.text)
        for sample in family.samples
    }


def write(desk: RunningDesk, name: str) -> None:
    with httpx.Client(base_url=f"{desk.url}/widget/{KEY}/api") as http:
        session = http.post("/session", json={"locale": "uk"}).json()
        asked = http.post(
            "/messages",
            headers={"authorization": f"Bearer {session['token']}"},
            json={
                "client_id": str(uuid4()),
                "thread": str(uuid4()),
                "text": SAID,
                "pre_chat": {"name": name},
            },
        )
        assert asked.status_code in (200, 201), asked.text


def test_what_comes_in_and_goes_out_is_counted(desk: RunningDesk, agents: Agents) -> None:
    before, anna = figures(), agents.api("anna")
    write(desk, "Лічена")
    waits = figures()
    assert waits["deskbridge_conversations_waiting", ("site",)] == 1
    assert waits["deskbridge_conversations_open", ("site", "no")] == 1
    here = anna.conversation("Лічена")
    assert anna.post(f"conversations/{here}/take").status_code == 200
    assert anna.post(
        f"conversations/{here}/messages",
        {"client_id": str(uuid4()), "kind": "reply", "text": "Так"},
    ).status_code in (200, 201)

    def grown(name: str, *labels: str) -> float:
        return figures()[name, labels] - before[name, labels]

    assert grown("deskbridge_messages_received_total", "site") == 1
    until(lambda: grown("deskbridge_messages_sent_total", "site") == 1)
    assert grown("deskbridge_deliveries_total", "site", "sent") == 1
    assert grown("deskbridge_deliveries_total", "site", "rejected") == 0
    assert figures()["deskbridge_conversations_waiting", ("site",)] == 0
    assert figures()["deskbridge_conversations_open", ("site", "yes")] == 1
    assert figures()["deskbridge_deliveries_waiting", ("site",)] == 0
    assert grown("deskbridge_writer_batch_transactions_count") > 0


def test_no_figure_has_words_or_people_in_it(desk: RunningDesk) -> None:
    write(desk, "Прихована")
    text = httpx.get(f"{PRIVATE}/metrics").text
    labels = {
        value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        for name, value in sample.labels.items()
        if name in ("channel", "surface", "webhook", "kind")
    }
    of_the_program = {"widget", "telegram", "event", "delivery", "post", "call"}
    assert labels == {"site", "shop_tg", "crm"} | of_the_program
    for secret in (SAID, "Прихована", *ENVIRON.values()):
        assert secret not in text


# What one process on a file has nothing to tell of.
def test_every_figure_is_in_the_reference_and_named_by_the_rules(desk: RunningDesk) -> None:
    text = httpx.get(f"{PRIVATE}/metrics").text
    told = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in text_string_to_metric_families(text)
        if family.name.startswith("deskbridge_")
    }
    written = set(re.findall(r"`(deskbridge_[a-z_]+)", DOCUMENTED.read_text(encoding="utf-8")))
    assert told | OF_SEVERAL == written
    assert not [one for one in told if re.search(r"_(ms|minutes|milliseconds|count)$", one)]


def test_another_format_is_written_for_those_who_ask_for_it(desk: RunningDesk) -> None:
    accept = {"accept": "application/openmetrics-text;version=1.0.0"}
    asked = httpx.get(f"{PRIVATE}/metrics", headers=accept)
    assert asked.headers["content-type"].startswith("application/openmetrics-text")
    assert asked.text.endswith("# EOF\n")


# --- where it listens -----------------------------------------------------------------


def test_without_a_word_of_it_there_is_no_second_address(start_desk: StartDesk) -> None:
    first, second = start_desk(), start_desk()
    assert "administrator" not in first.output + second.output


def refused(desk: RunningDesk, listen: str) -> str:
    """Return the line with which another program does not start."""
    config = str(desk.rewrite({"server.admin_listen": listen}))
    asked = subprocess.run(
        [*COMMAND, "run", "--config", config, "--listen", f"127.0.0.1:{free_port()}"],
        cwd=desk.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (asked.returncode, asked.stdout) == (1, "")
    (line,) = asked.stderr.splitlines()
    return line


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refused(RunningDesk(tmp_path), f":{port}")
    assert f"port {port} on 127.0.0.1 is in use" in line
    assert "server.admin_listen" in line


def over(path: Path) -> httpx.Client:
    return httpx.Client(transport=httpx.HTTPTransport(uds=str(path)), base_url="http://localhost")


@pytest.fixture
def short() -> Iterator[Path]:
    """Return a folder whose sockets have a name short enough for the system."""
    folder = Path(f"/tmp/{uuid4().hex[:12]}")
    folder.mkdir()
    yield folder
    for one in folder.iterdir():
        one.unlink()
    folder.rmdir()


def test_a_socket_is_opened_by_its_owner_alone_and_gone_after_a_stop(
    start_desk: StartDesk, short: Path
) -> None:
    path = short / "admin.sock"
    desk = start_desk({"server.admin_listen": f"unix:{path}"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with over(path) as http:
        assert http.get("/readyz").json()["ready"] is True
        desk.rewrite({"quick_replies.hello.title": "Інша"})
        assert http.post("/-/reload").json()["changed"] == ["~1 quick reply"]
    desk.stop()
    assert not path.exists()


def test_a_socket_that_a_kill_has_left_is_taken_and_one_in_use_is_not(
    start_desk: StartDesk, short: Path
) -> None:
    path = short / "admin.sock"
    desk = start_desk({"server.admin_listen": f"unix:{path}"})
    desk.kill()
    assert path.exists()
    desk.start()
    other = RunningDesk(desk.folder.parent)
    assert f"the socket {path} is in use" in refused(other, f"unix:{path}")
    with over(path) as http:
        assert http.get("/livez").status_code == 200


def test_a_file_that_is_no_socket_is_left_alone(tmp_path: Path, short: Path) -> None:
    path = short / "notes.txt"
    path.write_text("mine", encoding="utf-8")
    assert "another file of that name" in refused(RunningDesk(tmp_path), f"unix:{path}")
    assert path.read_text(encoding="utf-8") == "mine"
