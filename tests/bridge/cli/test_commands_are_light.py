"""No command loads the clients of networks that it does not speak to."""

import subprocess
import sys

HEAVY = ("aiogram", "slack_sdk", "vk_api", "viberbot", "aioimaplib", "prometheus_client", "psycopg")


def test_the_command_line_is_there_without_any_networks_client() -> None:
    asked = f"import sys, bridge.cli; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_program_on_sqlite_does_without_the_driver_of_postgresql() -> None:
    asked = "import sys, bridge.app, bridge.cli.database; print('psycopg' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
