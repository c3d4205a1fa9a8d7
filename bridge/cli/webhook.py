"""The commands about outgoing webhooks: what waits, what failed, send it again, try one out."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bridge.cli.config import DEFAULT_PATH, ConfigPath, load_or_exit
from bridge.cli.database import fail, opened, table
from bridge.settings import Settings, Webhook

if TYPE_CHECKING:
    from bridge.models import WebhookCall
    from bridge.store.transactions import Tx
    from bridge.webhooks.calls import Answer

T = TypeVar("T")

CallId = Annotated[str, typer.Argument(metavar="CALL", help="The call's id, as `list` shows it.")]

# Failed calls that one run of `retry --all` takes.
_MOST = 10_000


class State(StrEnum):
    """Which calls are listed."""

    FAILED = "failed"
    QUEUED = "queued"
    SENT = "sent"


def list_calls(
    state: Annotated[State, typer.Option("--state", help="Which calls to list.")] = State.FAILED,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 20,
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """List the webhooks with what waits and what failed. Below stand the calls that failed last."""
    from bridge.store import webhooks as w  # noqa: PLC0415

    def read(tx: "Tx") -> "tuple[dict[tuple[str, str], int], list[WebhookCall]]":
        counts = {(hook, of): count for hook, of, count in tx.all(w.COUNT_CALLS)}
        return counts, tx.all(w.CALLS, state=state.value, limit=limit)

    settings = load_or_exit(config)
    counts, calls = asyncio.run(_read(settings, read))
    rows: list[tuple[str, ...]] = [("webhook", "host", "waiting", "sent", "failed", "events")]
    hooks = dict.fromkeys([*settings.webhooks, *(name for name, _ in counts)])
    rows += [_summary(hook, settings.webhooks.get(hook), counts) for hook in hooks]
    print("\n".join(table(rows)))
    if calls:
        print(f"\n{state.value}, the last first:")
        print("\n".join(table([_HEAD, *map(_row, calls)])))


def show(call_id: CallId, config: ConfigPath = DEFAULT_PATH) -> None:
    """Show one call: what became of it, what it holds, what was answered."""
    print("\n".join(_shown(asyncio.run(_call(load_or_exit(config), call_id)))))


def retry(
    call_id: Annotated[str | None, typer.Argument(metavar="[CALL]", help="The call's id.")] = None,
    webhook: Annotated[
        str | None, typer.Option("--webhook", help="All that failed of this webhook.")
    ] = None,
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """Send a call again, or all of a webhook that failed. Each goes under its id."""
    if (call_id is None) == (webhook is None):
        fail("name a call, or --webhook for all of one that failed")
    count = asyncio.run(_again(load_or_exit(config), call_id, webhook))
    print(f"{count} to be sent again, by the program that runs or at its next start.")


def try_out(
    webhook: Annotated[str, typer.Argument(metavar="ID", help="The key under `webhooks`.")],
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """Send one signed `webhook.test` now. Say what the receiver answered."""
    settings = load_or_exit(config)
    if webhook not in settings.webhooks:
        fail(f"there is no webhook {webhook}: {', '.join(settings.webhooks) or 'there are none'}")
    answer = asyncio.run(_tested(settings.webhooks[webhook]))
    if answer.reason:
        fail(f"{webhook} did not take it: {_why(answer.reason, answer.status)}\n{answer.text}")
    print(f"{webhook} took it: {answer.status}")


# --- What is printed ---

_HEAD = ("call", "webhook", "event", "at", "attempts", "why")
_WORDS = {
    "gone": "it is gone for good",
    "status": "it answered",
    "redirect": "it leads elsewhere, which is not followed",
    "timeout": "it did not answer in time",
    "unreachable": "it cannot be reached",
    "private_address": "it is in our own network, which allow_private would permit",
    "tls": "its certificate is not trusted",
}


def _why(reason: str | None, status: int | None) -> str:
    return " ".join(str(one) for one in (_WORDS.get(reason or "", reason), status) if one)


def _summary(
    hook: str, settings: Webhook | None, counts: dict[tuple[str, str], int]
) -> tuple[str, ...]:
    numbers = [str(counts.get((hook, state), 0)) for state in ("queued", "sent", "failed")]
    if settings is None:
        return hook, "(not in the configuration)", *numbers, ""
    return hook, settings.host, *numbers, ", ".join(settings.events)


def _row(call: "WebhookCall") -> tuple[str, ...]:
    why = _why(call.reason, call.status)
    at = _moment(call.changed_at)
    return call.public_id, call.webhook_id, call.event, at, str(call.attempts), why


def _shown(call: "WebhookCall") -> Iterator[str]:
    facts = {
        "call": call.public_id,
        "webhook": call.webhook_id,
        "event": call.event,
        "state": call.state,
        "queued": _moment(call.created_at),
        "attempts": str(call.attempts),
        "last attempt": _moment(call.changed_at) if call.attempts else "none yet",
        "why": _why(call.reason, call.status),
    }
    yield from table([(name, value) for name, value in facts.items() if value])
    yield json.dumps(json.loads(call.body), ensure_ascii=False, indent=2)
    if call.answer:
        yield f"answered: {call.answer}"


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


# --- What is done ---


async def _read(settings: Settings, work: Callable[["Tx"], T]) -> T:
    async with opened(settings) as store:
        return await store.read(work)


async def _call(settings: Settings, call_id: str) -> "WebhookCall":
    from bridge.store.webhooks import CALL_BY_PUBLIC_ID  # noqa: PLC0415

    call = await _read(settings, lambda tx: tx.one(CALL_BY_PUBLIC_ID, public_id=call_id))
    return call or fail(f"there is no call {call_id}")


async def _again(settings: Settings, call_id: str | None, webhook: str | None) -> int:
    from bridge.store.webhooks import CALLS  # noqa: PLC0415
    from bridge.webhooks.calls import send_again  # noqa: PLC0415

    def all_of_them(tx: "Tx") -> int:
        failed = tx.all(CALLS, state="failed", limit=_MOST)
        return sum(send_again(tx, one) for one in reversed(failed) if one.webhook_id == webhook)

    async with opened(settings) as store:
        if call_id is None:
            return await store.write(all_of_them)
        return int(await store.write(send_again, await _call(settings, call_id)))


async def _tested(settings: Webhook) -> "Answer":
    from bridge.clock import Clock  # noqa: PLC0415
    from bridge.webhooks.calls import body_of, new_id  # noqa: PLC0415
    from bridge.webhooks.sending import Sender  # noqa: PLC0415

    now = Clock().now()
    async with Sender(settings) as sender:
        return await sender.send(new_id(), body_of("webhook.test", now, {}), now)
