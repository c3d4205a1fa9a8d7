"""Durations, sizes, addresses, names."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.settings import Address, LocalText, Size
from bridge.settings.values import read_duration, write_duration
from tests.bridge.settings.files import Desk

MB = 1024 * 1024


# --- Durations -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("1s", 1),
        ("90s", 90),
        ("5m", 300),
        ("1m30s", 90),
        ("24h", 86400),
        ("30d", 2592000),
        ("1d12h", 129600),
        ("3660d", 316224000),
    ],
)
def test_a_duration_is_numbers_with_units(desk: Desk, written: str, seconds: int) -> None:
    settings = desk.load(f"version: 1\nrouting: {{max_wait: {written}}}\n")
    assert settings.routing.max_wait == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "written",
    ["3", "5 m", "m", "1.5h", "5min", "-5m", "0s", "3661d", "99999999999999d", "P1D", "''", "[5m]"],
)
def test_what_is_no_duration_is_refused(desk: Desk, written: str) -> None:
    problem = desk.problem(f"version: 1\nrouting: {{max_wait: {written}}}\n")
    assert (problem.code, problem.path) == ("bad_duration", "routing.max_wait")


@pytest.mark.parametrize("key", ["close_inactive", "max_wait"])
def test_off_disables_what_can_be_disabled(desk: Desk, key: str) -> None:
    assert getattr(desk.load(f"version: 1\nrouting: {{{key}: off}}\n").routing, key) is None


def test_reopening_can_be_for_ever(desk: Desk) -> None:
    settings = desk.load("version: 1\nrouting: {reopen: {new_after: off}}\n")
    assert settings.routing.reopen.new_after is None


@pytest.mark.parametrize("written", ["false", "0"])
def test_a_duration_that_is_switched_off_in_another_way_is_told_to_write_off(
    desk: Desk, written: str
) -> None:
    problem = desk.problem(f"version: 1\nrouting: {{max_wait: {written}}}\n")
    assert problem.help == "write off to disable it"


def test_a_session_cannot_be_off(desk: Desk) -> None:
    problem = desk.problem("version: 1\nstaff: {c: {type: web, session: off}}\n")
    assert problem.code == "bad_duration"


@given(st.integers(min_value=1, max_value=316224000))
def test_a_duration_that_is_written_reads_as_itself(seconds: int) -> None:
    duration = timedelta(seconds=seconds)
    assert read_duration(write_duration(duration)) == duration


# --- Sizes ---------------------------------------------------------------------------


def test_d20_four_megabytes_are_4194304_bytes(desk: Desk) -> None:
    media = desk.load("version: 1\n").storage.media
    assert media.max_upload == 4_194_304
    assert media.max_inbound == 26_214_400


@pytest.mark.parametrize(
    ("written", "size"),
    [("1B", 1), ("500kB", 512000), ("500KB", 512000), ("10 MB", 10 * MB), ("2GB", 2048 * MB)],
)
def test_a_size_is_a_number_with_a_unit(desk: Desk, written: str, size: int) -> None:
    settings = desk.load(f"version: 1\nstorage: {{media: {{max_upload: {written}}}}}\n")
    assert settings.storage.media.max_upload == size


@pytest.mark.parametrize(
    "written", ["4", "4mb", "4M", "MB", "4.5MB", "-4MB", "0MB", "true", "''", "{a: 1}"]
)
def test_what_is_no_size_is_refused(desk: Desk, written: str) -> None:
    problem = desk.problem(f"version: 1\nstorage: {{media: {{max_upload: {written}}}}}\n")
    assert problem.code == "bad_size"


@pytest.mark.parametrize(
    ("size", "written"), [(4 * MB, "4MB"), (1024, "1kB"), (1025, "1025B"), (0, "0B")]
)
def test_a_size_writes_itself_with_its_unit(size: int, written: str) -> None:
    assert str(Size(size)) == written


# --- Addresses -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "address", "url"),
    [
        ("127.0.0.1:8080", Address("127.0.0.1", 8080), "http://127.0.0.1:8080"),
        ("localhost:80", Address("localhost", 80), "http://localhost:80"),
        (":8080", Address("0.0.0.0", 8080), "http://127.0.0.1:8080"),
        ("'[::1]:8080'", Address("::1", 8080), "http://[::1]:8080"),
        ("'[::]:8080'", Address("::", 8080), "http://[::1]:8080"),
        ("127.0.0.1:0", Address("127.0.0.1", 0), "http://127.0.0.1:0"),
    ],
)
def test_listen_is_a_host_and_a_port_and_the_public_address_follows_it(
    desk: Desk, written: str, address: Address, url: str
) -> None:
    server = desk.load(f"version: 1\nserver:\n  listen: {written}\n").server
    assert server.listen == address
    assert server.public_url == url


@pytest.mark.parametrize(
    "written",
    [
        "localhost",
        "8080",
        "127.0.0.1",
        "a:b",
        "a:65536",
        "'::1:8080'",
        "'[x]:80'",
        "'[1.2]:80'",
        "[]",
    ],
)
def test_what_is_no_address_to_listen_on_is_refused(desk: Desk, written: str) -> None:
    problem = desk.problem(f"version: 1\nserver: {{listen: {written}}}\n")
    assert problem.path == "server.listen"
    assert problem.code in ("bad_address", "wrong_type")


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("':9090'", "127.0.0.1:9090"),
        ("'[::1]:9090'", "[::1]:9090"),
        ("0.0.0.0:9090", "0.0.0.0:9090"),
        ("unix:/run/deskbridge/admin.sock", "unix:/run/deskbridge/admin.sock"),
    ],
)
def test_the_private_address_is_on_this_machine_unless_it_says_otherwise(
    desk: Desk, written: str, means: str
) -> None:
    server = desk.load(f"version: 1\nserver: {{admin_listen: {written}}}\n").server
    assert str(server.admin_listen) == means


@pytest.mark.parametrize(
    "written",
    ["9090", "'unix:'", "unix:/", f"unix:/{'a' * 103}", "localhost", "127.0.0.1:0", "':0'"],
)
def test_what_is_no_private_address_is_refused(desk: Desk, written: str) -> None:
    problem = desk.problem(f"version: 1\nserver: {{admin_listen: {written}}}\n")
    assert (problem.path, problem.code in ("bad_address", "wrong_type")) == (
        "server.admin_listen",
        True,
    )


def test_a_wrong_listen_is_told_once_and_not_again_for_the_public_address(desk: Desk) -> None:
    assert desk.problem("version: 1\nserver: {listen: nonsense}\n").path == "server.listen"


def test_the_public_address_loses_its_last_slash(desk: Desk) -> None:
    server = desk.load("version: 1\nserver: {public_url: 'https://a.example/'}\n").server
    assert server.public_url == "https://a.example"


@pytest.mark.parametrize(
    "written",
    [
        "a.example",
        "ftp://a.example",
        "https://",
        "https://a.example/path",
        "https://a.example?x",
        "https://a.example#x",
        "https://u:p@a.example",
        "https://a.example:99999",
        "https://[x",
    ],
)
def test_what_is_no_public_address_is_refused(desk: Desk, written: str) -> None:
    problem = desk.problem(f"version: 1\nserver: {{public_url: '{written}'}}\n")
    assert (problem.code, problem.path) == ("bad_url", "server.public_url")
    assert "u:p" not in str(problem)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("10.0.0.0/8", "10.0.0.0/8"), ("127.0.0.1", "127.0.0.1/32"), ("fd00::/8", "fd00::/8")],
)
def test_a_trusted_proxy_is_an_address_or_a_network(desk: Desk, written: str, meant: str) -> None:
    server = desk.load(f"version: 1\nserver: {{trusted_proxies: ['{written}']}}\n").server
    assert server.trusted_proxies == (meant,)


def test_a_network_with_bits_of_a_host_is_refused_with_the_one_that_was_meant(desk: Desk) -> None:
    problem = desk.problem("version: 1\nserver: {trusted_proxies: [127.0.0.1, 10.1.2.3/8]}\n")
    assert (problem.code, problem.path) == ("bad_network", "server.trusted_proxies.1")
    assert "10.0.0.0/8" in problem.help


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///var/a.db", Path("var/a.db")),
        ("sqlite:////var/lib/a.db", Path("/var/lib/a.db")),
    ],
)
def test_a_database_is_a_file(desk: Desk, url: str, path: Path) -> None:
    storage = desk.load(f"version: 1\nstorage: {{database: '{url}'}}\n").storage
    assert storage.database == url
    assert storage.database_path == path


@pytest.mark.parametrize(
    "url",
    [
        "postgres://db/x",
        "postgresql://db",
        "postgresql://db/x/y",
        "postgresql://db:port/x",
        "postgresql://db/x?password=hunter2",
        "sqlite://",
        "sqlite:///",
        "sqlite://a.db",
        "sqlite:///a.db?mode=ro",
        "mysql://db/x",
        "a.db",
    ],
)
def test_another_database_is_refused_and_its_password_is_not_told(desk: Desk, url: str) -> None:
    error = desk.error(f"version: 1\nstorage: {{database: '{url}'}}\n")
    (problem,) = error.problems
    assert problem.code == "bad_database"
    assert "hunter2" not in str(error) + error.as_json()


def test_a_server_is_a_database_too(desk: Desk) -> None:
    url = "postgresql://anna@db:5433/desk?sslmode=verify-full"
    storage = desk.load(f"version: 1\nstorage: {{database: '{url}'}}\n").storage
    assert storage.database == storage.database.reveal() == url
    assert storage.database_path == Path("var/deskbridge.db")


def test_a_servers_password_comes_from_outside_and_is_shown_nowhere(desk: Desk) -> None:
    environ = {"DATABASE_URL": "postgresql://anna:hunter2@db/desk"}
    settings = desk.load("version: 1\nstorage: {database: '${DATABASE_URL}'}\n", environ)
    assert settings.storage.database.reveal() == "postgresql://anna:hunter2@db/desk"
    assert str(settings.storage.database) == "postgresql://anna:***@db/desk"
    shown = f"{settings!r}{settings}{settings.model_dump()}{settings.model_dump_json()}"
    assert "hunter2" not in shown


def test_a_servers_password_is_not_written_in_the_file(desk: Desk) -> None:
    error = desk.error("version: 1\nstorage: {database: 'postgresql://anna:hunter2@db/x'}\n")
    (problem,) = error.problems
    assert problem.code == "inline_secret"
    assert "hunter2" not in str(error) + error.as_json()


@pytest.mark.parametrize(
    "yaml",
    [
        "storage: {database: 'postgresql://anna:${PASSWORD}@db/desk'}",
        "redis: 'redis://:${PASSWORD}@cache:6379/1'",
    ],
)
def test_an_address_with_only_its_password_from_outside_is_asked_for_as_a_whole(
    desk: Desk, yaml: str
) -> None:
    (problem,) = desk.error(f"version: 1\n{yaml}\n", {"PASSWORD": "hunter2"}).problems
    assert problem.code == "inline_secret"
    assert "comes from outside as a whole" in str(problem)
    assert "hunter2" not in str(problem)


@pytest.mark.parametrize(
    "url",
    ["redis://127.0.0.1:6379/0", "rediss://cache.internal", "unix:///run/valkey/valkey.sock"],
)
def test_a_redis_is_named_by_its_address(desk: Desk, url: str) -> None:
    redis = desk.load(f"version: 1\nredis: '{url}'\n").redis
    assert redis is not None
    assert redis == redis.reveal() == url
    assert desk.load("version: 1\n").redis is None


@pytest.mark.parametrize(
    "url",
    [
        "http://redis:6379",
        "redis://",
        "redis://db:port/0",
        "redis://db:0",
        "redis://db/name",
        "redis://db/0?password=hunter2",
        "redis://db/0#hunter2",
        "unix://",
        "unix://run/valkey.sock",
        "db:6379",
    ],
)
def test_another_redis_is_refused_and_its_password_is_not_told(desk: Desk, url: str) -> None:
    error = desk.error(f"version: 1\nredis: '{url}'\n")
    (problem,) = error.problems
    assert problem.code == "bad_redis"
    assert "hunter2" not in str(error) + error.as_json()


def test_the_password_of_a_redis_comes_from_outside_and_is_shown_nowhere(desk: Desk) -> None:
    full = "redis://:hunter2@cache:6379/1"
    settings = desk.load("version: 1\nredis: '${REDIS_URL}'\n", {"REDIS_URL": full})
    assert settings.redis is not None
    assert settings.redis.reveal() == full
    assert str(settings.redis) == "redis://:***@cache:6379/1"
    assert "hunter2" not in f"{settings!r}{settings}{settings.model_dump()}"
    (problem,) = desk.error(f"version: 1\nredis: '{full}'\n").problems
    assert problem.code == "inline_secret"
    assert "hunter2" not in str(problem)


# --- Names ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a", "0", "_", "a" * 40, "anna_2"])
def test_an_id_of_small_letters_digits_and_underscores_passes(desk: Desk, name: str) -> None:
    assert name in desk.load(f"version: 1\nagents: {{{name}: {{name: A}}}}\n").agents


@pytest.mark.parametrize("name", ["Anna", "a-b", "a b", "анна", "a" * 41, "''", "a.b", "'a\\n'"])
@pytest.mark.parametrize("section", ["agents", "quick_replies", "channels", "staff"])
def test_any_other_id_is_refused_at_the_key(desk: Desk, section: str, name: str) -> None:
    body = {
        "agents": "{name: A}",
        "quick_replies": "{shortcut: a, text: b}",
        "channels": "{type: widget, key: a}",
        "staff": "{type: web}",
    }[section]
    problem = desk.problem(f"version: 1\n{section}:\n  {name}: {body}\n")
    assert (problem.code, problem.line, problem.column) == ("bad_id", 3, 3)


def test_a_bad_id_is_told_how_to_be_written(desk: Desk) -> None:
    problem = desk.problem("version: 1\nagents: {Anna-Maria: {name: A}}\n")
    assert problem.help == 'write it as "anna_maria"'


def test_a_time_zone_is_an_iana_name(desk: Desk) -> None:
    settings = desk.load("version: 1\nlocale: {timezone: Europe/Kyiv}\n")
    assert settings.locale.timezone == ZoneInfo("Europe/Kyiv")
    assert desk.load("version: 1\n").locale.timezone == ZoneInfo("UTC")


@pytest.mark.parametrize("name", ["Europe/Kiyv", "../etc/passwd", "''", "Europe", "/etc/passwd"])
def test_another_time_zone_is_refused(desk: Desk, name: str) -> None:
    assert desk.problem(f"version: 1\nlocale: {{timezone: {name}}}\n").code == "bad_timezone"


def test_a_misspelt_time_zone_is_given_its_right_name(desk: Desk) -> None:
    problem = desk.problem("version: 1\nlocale: {timezone: Europe/Kiyv}\n")
    assert problem.nearest == "Europe/Kyiv"


@pytest.mark.parametrize("email", ["anna@example.com", "анна+x@пример.укр", "a.b@c.d-e.fg"])
def test_an_email_address_passes(desk: Desk, email: str) -> None:
    settings = desk.load(f"version: 1\nagents: {{a: {{name: A, email: {email}}}}}\n")
    assert settings.agents["a"].email == email


@pytest.mark.parametrize(
    "email", ["anna", "anna@", "@b.c", "a@b", "a b@c.de", "a@b@c.de", "a@b..c"]
)
def test_what_is_no_email_address_is_refused(desk: Desk, email: str) -> None:
    problem = desk.problem(f"version: 1\nagents: {{a: {{name: A, email: '{email}'}}}}\n")
    assert problem.code == "bad_email"


# --- Types ---------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["'yes'", "yes", "on", "1", "0", "'true'", "[]"])
def test_a_switch_takes_only_true_and_false(desk: Desk, written: str) -> None:
    problem = desk.problem(f"version: 1\nserver: {{demo: {written}}}\n")
    assert problem.code == "wrong_type"


@pytest.mark.parametrize("written", ["'2000'", "2000.0", "true", "2k", "[]"])
def test_a_number_takes_no_text_fraction_or_switch(desk: Desk, written: str) -> None:
    problem = desk.problem(f"version: 1\nconversation: {{max_length: {written}}}\n")
    assert problem.code == "wrong_type"


@pytest.mark.parametrize("written", ["5", "true", "[a]", "{a: b}"])
def test_a_text_takes_nothing_but_text(desk: Desk, written: str) -> None:
    problem = desk.problem(f"version: 1\nagents: {{a: {{name: {written}}}}}\n")
    assert problem.code == "wrong_type"


def test_a_reference_fills_a_number_a_switch_a_choice_a_duration_and_a_list(desk: Desk) -> None:
    text = """\
        version: ${VERSION}
        server: {demo: "${DEMO}", trusted_proxies: "${PROXIES}"}
        conversation: {max_length: "${LENGTH}"}
        routing: {max_wait: "${WAIT}", close_inactive: "${OFF}", uncertain: "${UNCERTAIN}"}
        locale: {available: "${LOCALES}", default: "${LOCALE}"}
        channels: {site: {type: "${KIND}", key: "${KEY}", collect: {ip: "${IP}"}}}
        """
    environ = {
        "VERSION": "1",
        "DEMO": "TRUE",
        "PROXIES": "127.0.0.1,10.0.0.0/8",
        "LENGTH": "100",
        "WAIT": "5m",
        "OFF": "off",
        "UNCERTAIN": "resend",
        "LOCALES": "uk, en",
        "LOCALE": "uk",
        "KIND": "widget",
        "KEY": "site",
        "IP": "false",
    }
    settings = desk.load(text, environ)
    assert settings.server.demo is True
    assert settings.server.trusted_proxies == ("127.0.0.1/32", "10.0.0.0/8")
    assert settings.conversation.max_length == 100
    assert settings.routing.max_wait == timedelta(minutes=5)
    assert settings.routing.close_inactive is None
    assert settings.routing.uncertain == "resend"
    assert settings.locale.available == ("uk", "en")
    assert settings.channels["site"].type == "widget"


def test_a_text_from_outside_is_plain_text_in_the_settings(desk: Desk) -> None:
    text = "version: 1\nagents: {a: {name: '${N}', email: '${E}', role: '${R}'}}\n"
    environ = {"N": "Анна", "E": "a@b.cd", "R": "viewer"}
    agent = desk.load(text, environ).agents["a"]
    assert [type(value) for value in (agent.name, agent.email, agent.role)] == [str, str, str]


def test_a_text_from_outside_that_looks_like_a_number_stays_text(desk: Desk) -> None:
    text = "version: 1\nagents: {a: {name: '${N}'}}\n"
    assert desk.load(text, {"N": "007"}).agents["a"].name == "007"


# --- Texts for people ----------------------------------------------------------------


def test_a_text_for_everybody_is_picked_in_any_language() -> None:
    assert LocalText("Hi", {}).pick("uk", "en") == "Hi"


@pytest.mark.parametrize(("locale", "text"), [("uk", "У"), ("es", "E"), ("ru", "E")])
def test_a_text_is_picked_in_the_language_or_else_in_the_main_one(locale: str, text: str) -> None:
    assert LocalText(None, {"uk": "У", "en": "E"}).pick(locale, "en") == text


def test_a_text_without_the_main_language_is_picked_in_whatever_it_has() -> None:
    assert LocalText(None, {"uk": "У"}).pick("es", "en") == "У"
