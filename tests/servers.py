"""Servers of the system that tests start for themselves: where they are, and a certificate."""

import os
import shutil
import subprocess
from pathlib import Path

# Debian puts servers where only root's PATH looks.
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"


def program(name: str) -> str:
    """Return where a program is; the tests cannot run without it."""
    found = shutil.which(name, path=PATH)
    assert found, f"{name} is not installed; `make test` does that"
    return found


def certificate(directory: Path) -> tuple[Path, Path]:
    """Make a certificate for localhost, and return it and its key."""
    cert, key = directory / "cert.pem", directory / "key.pem"
    subprocess.run(
        [
            program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout", str(key), "-out", str(cert),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return cert, key
