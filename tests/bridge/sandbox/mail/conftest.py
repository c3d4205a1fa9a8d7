"""A provider that runs, and somebody who writes to its account."""

from collections.abc import AsyncIterator

import pytest

from bridge.sandbox.mail import Account, Login, MailServer, Person

SHOP = "help@shop.example"
PASSWORD = "a-password-of-the-shop"
TOKEN = "a-token-of-the-shop"
ACCOUNT = Account(
    name="Квіти",
    address=SHOP,
    imap=Login(SHOP, PASSWORD),
    smtp=Login(SHOP, PASSWORD),
    authserv_id="mx.shop.example",
)


@pytest.fixture
async def provider() -> AsyncIterator[MailServer]:
    server = MailServer(ACCOUNT)
    async with server.running():
        yield server


@pytest.fixture
def ira(provider: MailServer) -> Person:
    return provider.office.person("Ірина Коваль", "iryna@example.net")
