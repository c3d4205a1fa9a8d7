"""Access tokens: renewed before they end, once after a refusal, for both servers alike."""

import asyncio
from typing import Any

import pytest

from bridge.channel import MisconfiguredError, SendError, UnavailableError
from bridge.settings import Secret
from channels.email.oauth import EARLY
from channels.email.settings import EmailSettings
from tests.channels.email import postbox
from tests.channels.email.dovecot import Dovecot
from tests.channels.email.mails import letter
from tests.channels.email.postbox import PostBox
from tests.channels.email.rig import EmailRig
from tests.channels.email.tokens import REFRESH, TokenServer, keys, renewed, tokens
from tests.clock import ManualClock

__all__ = ["tokens"]

ANNA = "anna@example.com"


async def test_a_token_is_asked_for_once_and_renewed_before_it_ends(tokens: TokenServer) -> None:
    clock = ManualClock()
    source = renewed(tokens, clock)
    first = await source.word()
    clock.tick(3600 - EARLY - 1)
    assert await source.word() == first
    clock.tick(2)
    assert await source.word() != first
    assert len(tokens.forms) == 2


async def test_many_who_want_one_at_once_are_given_the_same(tokens: TokenServer) -> None:
    source = renewed(tokens)
    assert len(set(await asyncio.gather(*(source.word() for _ in range(10))))) == 1
    assert len(tokens.forms) == 1


async def test_after_a_refusal_it_is_renewed_once_whoever_was_refused(tokens: TokenServer) -> None:
    source = renewed(tokens)
    word = await source.word()
    assert await asyncio.gather(*(source.another(word) for _ in range(4))) == [True] * 4
    assert await source.word() != word
    assert len(tokens.forms) == 2


@pytest.mark.parametrize(("lasts", "asked"), [(None, 300.0), (60, 30.0), ("60", 30.0)])
async def test_a_token_of_untold_or_short_life_is_used_for_a_while_all_the_same(
    tokens: TokenServer, lasts: int | str | None, asked: float
) -> None:
    tokens.expires_in = lasts
    clock = ManualClock()
    source = renewed(tokens, clock)
    first = await source.word()
    clock.tick(min(asked / 2, asked - EARLY if asked > EARLY else asked) - 1)
    assert await source.word() == first
    clock.tick(asked)
    assert await source.word() != first


@pytest.mark.parametrize("lasts", [float("inf"), 10**400, "9" * 5000, 1e300])
async def test_a_token_that_is_told_to_last_for_ages_is_a_token(
    tokens: TokenServer, lasts: float | str
) -> None:
    tokens.expires_in = lasts
    source = renewed(tokens)
    assert await source.word() == await source.word()
    assert len(tokens.forms) == 1


async def test_an_answer_that_comes_in_pieces_is_read_to_its_end(tokens: TokenServer) -> None:
    tokens.in_pieces = True
    assert await renewed(tokens).word()


async def test_a_refresh_token_that_is_replaced_is_not_used_again(tokens: TokenServer) -> None:
    tokens.rotates = True
    source = renewed(tokens)
    assert await source.another(await source.word())
    assert [one["refresh_token"] for one in tokens.forms] == [REFRESH, f"{REFRESH}-1"]


@pytest.mark.parametrize(
    ("answer", "error", "reason"),
    [
        ((400, {"error": "invalid_grant"}), MisconfiguredError, "credentials_refused"),
        ((401, {"error": "invalid_client"}), MisconfiguredError, "credentials_refused"),
        ((400, {"error": "unauthorized_client"}), MisconfiguredError, "credentials_refused"),
        ((400, {"error": "invalid_scope"}), MisconfiguredError, "misconfigured"),
        ((404, "no such page"), MisconfiguredError, "misconfigured"),
        ((302, {}), MisconfiguredError, "misconfigured"),
        ((200, {"token_type": "Bearer"}), MisconfiguredError, "misconfigured"),
        ((200, ["?"]), MisconfiguredError, "misconfigured"),
        ((429, {}), UnavailableError, "unavailable"),
        ((503, {"error": "temporarily_unavailable"}), UnavailableError, "unavailable"),
        ((400, {"error": ["odd"]}), MisconfiguredError, "misconfigured"),
    ],
)
async def test_each_refusal_is_said_as_what_it_is_and_without_secrets(
    tokens: TokenServer, answer: tuple[int, Any], error: type[SendError], reason: str
) -> None:
    tokens.refuses = answer
    with pytest.raises(SendError) as caught:
        await renewed(tokens).word()
    assert type(caught.value) is error
    assert caught.value.reason == reason
    assert "canary" not in repr(caught.value)
    assert caught.value.__cause__ is None


async def test_a_token_server_out_of_reach_is_asked_again_later(tokens: TokenServer) -> None:
    source = renewed(tokens, token_url="http://127.0.0.1:9/token")
    with pytest.raises(UnavailableError):
        await source.word()
    assert "canary" not in repr(source)


# --- with real servers ---


def rig_with(tokens: TokenServer, dovecot: Dovecot, box: PostBox, **smtp: Any) -> EmailRig:
    imap = {"auth": "xoauth2", "user": "oauth-olena", "password": None}
    return EmailRig(dovecot, box, imap=imap, smtp=smtp, oauth=keys(tokens))


async def test_mail_is_read_with_a_token_that_was_asked_for(
    tokens: TokenServer, dovecot: Dovecot, box: PostBox
) -> None:
    rig = rig_with(tokens, dovecot, box)
    async with rig.running():
        await rig.arrives(letter("by token"))
    assert [one.text for one in rig.core.book.values()] == ["by token"]
    assert len(tokens.forms) == 1


async def test_a_token_that_the_mail_server_refuses_is_renewed_once_and_then_it_goes(
    tokens: TokenServer, dovecot: Dovecot, box: PostBox
) -> None:
    tokens.bad_tokens = 1
    await rig_with(tokens, dovecot, box).channel.check()
    assert len(tokens.forms) == 2


async def test_a_mailbox_that_refuses_the_new_token_too_is_said_as_such(
    tokens: TokenServer, dovecot: Dovecot, box: PostBox
) -> None:
    tokens.bad_tokens = 100
    with pytest.raises(MisconfiguredError) as caught:
        await rig_with(tokens, dovecot, box).channel.check()
    assert caught.value.reason == "credentials_refused"
    assert len(tokens.forms) == 2


async def test_imap_and_smtp_share_the_token(
    tokens: TokenServer, dovecot: Dovecot, box: PostBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = rig_with(tokens, dovecot, box, auth="xoauth2", password=None)
    reading = rig.channel._reading
    monkeypatch.setattr(postbox, "TOKEN", await reading.word())
    await rig.channel.check()
    await rig.channel.send(rig.part(ANNA, "Hello"), key="1")
    assert len(tokens.forms) == 1
    assert box.users


async def test_smtp_that_refuses_a_token_is_asked_once_more_with_a_new_one(
    tokens: TokenServer, dovecot: Dovecot, box: PostBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = rig_with(tokens, dovecot, box, auth="xoauth2", password=None)
    first = await rig.channel._reading.word()
    renewing = rig.channel._reading.another

    async def renew(refused: str) -> bool:
        found = await renewing(refused)
        monkeypatch.setattr(postbox, "TOKEN", await rig.channel._reading.word())
        return found

    monkeypatch.setattr(rig.channel._reading, "another", renew)
    await rig.channel.send(rig.part(ANNA, "Hello"), key="1")
    assert len(box.received) == 1
    assert await rig.channel._reading.word() != first


# --- the YAML ---


def test_xoauth2_wants_a_token_or_what_renews_one_and_renewing_wants_a_use() -> None:
    server = {"host": "mail.example.com", "auth": "xoauth2"}
    plain = {"host": "mail.example.com", "password": Secret("p")}
    oauth = keys(TokenServer(url="https://example.com/token"))
    base = {"address": "help@example.com"}
    EmailSettings.model_validate({**base, "imap": server, "smtp": server, "oauth": oauth})
    with pytest.raises(ValueError, match="xoauth2 needs a token"):
        EmailSettings.model_validate({**base, "imap": server, "smtp": plain})
    with pytest.raises(ValueError, match="no server signs in with these tokens"):
        EmailSettings.model_validate({**base, "imap": plain, "smtp": plain, "oauth": oauth})
