"""Nothing loads the clients of networks that it does not speak to."""

import subprocess
import sys

HEAVY = ("aiogram", "slack_sdk", "vk_api", "viberbot", "aioimaplib", "prometheus_client")
# What else a shop with a widget and the web console has no use for.
UNUSED = (*HEAVY, "aiohttp", "alembic", "psycopg", "Crypto", "pyotp", "cryptography")
SHIPPED = "bridge.app, channels.widget.channel, agent_console.web.surface"


def test_the_command_line_is_there_without_any_networks_client() -> None:
    assert _loaded_by("bridge.cli", HEAVY) == "[]"


def test_a_widget_and_the_console_are_there_without_an_http_client() -> None:
    assert _loaded_by(SHIPPED, UNUSED) == "[]"


def _loaded_by(modules: str, heavy: tuple[str, ...]) -> str:
    asked = f"import sys, {modules}; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    return done.stdout.strip()
