"""What a call has brought, or that it failed: kept, so that the next reckoning knows."""

from collections.abc import Sequence

import msgspec

from agent_console.fanout import outages, steps
from agent_console.fanout.bodies import Body
from agent_console.fanout.deck import Deck
from agent_console.fanout.placing import named_now
from agent_console.fanout.reckoning import before_the_last
from agent_console.surface import (
    PlaceGoneError,
    PlaceMovedError,
    PostGoneError,
    Thread,
    ThreadGoneError,
    ThreadShutError,
)
from bridge.channel import (
    MisconfiguredError,
    OutcomeUnknownError,
    Receipt,
    RejectedError,
    SendError,
    UnreachableError,
)
from bridge.markup import escape
from bridge.models import SurfacePost, SurfaceThread
from bridge.store import heard as h
from bridge.store import kept as k
from bridge.store import messages as m
from bridge.store import surfaces as s
from bridge.store.transactions import Tx

# Before the id of the row whose thread is gone in which something was heard.
ADRIFT = "#"
# What is kept of a thread that is gone, and for how long (ms): what was written in it before
# that may come late.
_GONE, _GONE_FOR = "gone thread", 7 * 86_400_000
# Of a post of which nobody knows what became; one with files may be there each time.
MOST_TRIES = 8
MOST_UPLOADS = 3
LONGEST_DETAIL = 300


def record(tx: Tx, step: steps.AnyStep, result: Thread | Receipt | None, *, carries: bool) -> None:
    """Keep that a call was done, with what came of it; `carries` as in `move`."""
    if not _still_stands(tx, step.on, carries=carries):
        return
    row = step.on.id
    match step, result:
        case steps.Open(digest=digest), Thread():
            tx.run(s.THREAD_MADE, of=row, made=result.id, made_card=result.card, digest=digest)
        case steps.Prove(), _:
            _proven(tx, step, result if isinstance(result, Receipt) else None)
        case steps.Put(), Receipt():
            _posted(tx, step, step.post.key, step.rows, step.messages, result)
        case steps.Shut(shut=shut), _:
            tx.run(s.SHUT, of=row, at=tx.now if shut else None)
        case steps.Forget(), _:
            tx.run(s.DROP_THREAD, of=row)
            tx.run(k.LET_GO_ABOUT, conversation_id=step.on.conversation_id)
        case _:
            _done(tx, step)


def _still_stands(tx: Tx, was: SurfaceThread, *, carries: bool) -> bool:
    """Say whether a thread is what it was when a call about it began.

    Its place may have moved meanwhile, or it may have been lost: then what the call has brought
    is called as it is in the old one, and may be somebody else's in the new.
    """
    now = tx.one(s.THREAD_BY_ID, of=was.id)
    return now is not None and now.thread == was.thread and (carries or now.place == was.place)


def _done(tx: Tx, step: steps.AnyStep) -> None:
    """Keep that what is shown already is as it should be."""
    match step:
        case steps.Change(post_id=post_id, revision=revision):
            tx.run(s.REVISED, of=post_id, to_revision=revision)
        case steps.Remove(post_id=post_id):
            tx.run(s.DROP_POST if post_id else s.CARD_GONE, of=post_id or step.on.id)
        case steps.Sign(post_id=post_id, mark=mark):
            tx.run(s.MARKED, of=post_id, to=mark)
        case steps.Draw(digest=digest):
            tx.run(s.DRAWN, of=step.on.id, digest=digest)
        case steps.Tell(hint_id=hint_id):
            tx.run(s.TOLD, of=hint_id, at=tx.now)


def failed(
    tx: Tx, deck: Deck, step: steps.AnyStep, error: SendError, wire: str | None = None
) -> bool:
    """Keep what a failure says about the place, the thread or the post.

    `wire` is what went over the wire, without words. Return whether the place is lost, so that
    its conversations are to be shown elsewhere.
    """
    row = step.on
    if gone := _gone(tx, deck, step, error):
        for place in gone:
            outages.lose(tx, deck.surface_id, place, str(error))
        _waits_again(tx, step)
        return True
    if isinstance(error, PlaceMovedError):
        move(tx, deck.surface_id, row.place, error.place, carries=deck.carries)
    elif not _still_stands(tx, row, carries=deck.carries):
        return False
    match error:
        case ThreadGoneError():
            lose_thread(tx, row)
        case ThreadShutError():
            tx.run(s.SHUT, of=row.id, at=tx.now)
        case OutcomeUnknownError():
            _unknown(tx, deck, step, error, wire)
            return False
        case PlaceMovedError():
            pass
        case RejectedError() | UnreachableError():
            _refused(tx, deck, step, error, wire)
    _waits_again(tx, step)
    return False


def _gone(tx: Tx, deck: Deck, step: steps.AnyStep, error: SendError) -> Sequence[str]:
    """Return the places that an error says are lost: all of them with the account itself."""
    if isinstance(error, MisconfiguredError) and error.reason == "credentials_refused":
        return list(dict.fromkeys([step.on.place, *named_now(tx, deck)]))
    return [step.on.place] if _is_lost(step, error) else []


def _is_lost(step: steps.AnyStep, error: SendError) -> bool:
    """Say whether an error is of the place: nothing can be reached there, whatever is shown."""
    of_less = (PlaceMovedError, ThreadGoneError)
    shows = isinstance(step, (steps.Put, steps.Open))
    return isinstance(error, PlaceGoneError) or (
        shows and isinstance(error, UnreachableError) and not isinstance(error, of_less)
    )


def _waits_again(tx: Tx, step: steps.AnyStep) -> None:
    if isinstance(step, steps.Put):
        tx.run(s.REQUEUE, thread_id=step.on.id, of_key=step.post.key)
    if isinstance(step, steps.Open):
        tx.run(s.MAKE_AGAIN, of=step.on.id)


def _unknown(tx: Tx, deck: Deck, step: steps.AnyStep, error: SendError, wire: str | None) -> None:
    """What nobody knows the end of is tried so often, then without what may be to blame."""
    if not isinstance(step, steps.Put):
        return
    posts = tx.all(s.POSTS_AS, thread_id=step.on.id, of_key=step.post.key)
    most = MOST_UPLOADS if step.post.media else MOST_TRIES
    if max((one.tries for one in posts), default=0) < most:
        return
    if not _with_less(tx, deck, step, posts):
        _give_up(tx, step, error, wire)
    _waits_again(tx, step)


def lose_thread(tx: Tx, row: SurfaceThread) -> None:
    """Have a thread that was deleted made anew, with the last messages and all that never came.

    What was heard in it and is still to be acted on stays its conversation's. Of one that was
    lost before, and has perhaps been made anew since, nothing more is lost.
    """
    was = tx.one(s.THREAD_BY_ID, of=row.id)
    if was is None or was.thread != row.thread:
        return
    after = was.message_id
    if was.thread is not None:
        at = {"of_place": was.place, "of_thread": was.thread}
        tx.run(h.ADRIFT, surface_id=was.surface_id, **at, adrift=f"{ADRIFT}{was.id}")
        _keep_gone(tx, was, was.thread)
        never_came = tx.one(s.FIRST_UNSHOWN, thread_id=was.id)
        owed_after = was.message_id if never_came is None else never_came - 1
        after = min(before_the_last(tx, was.conversation_id), owed_after)
    tx.run(s.DROP_POSTS, thread_id=was.id)
    tx.run(s.DROP_NAMES, thread_id=was.id)
    tx.run(s.ANSWER_NOTHING, thread_id=was.id)
    tx.run(s.THREAD_LOST, of=was.id, after=after)


def _keep_gone(tx: Tx, was: SurfaceThread, thread: str) -> None:
    tx.run(
        k.KEEP,
        surface_id=was.surface_id,
        sort=_GONE,
        name=f"{was.place}/{thread}",
        value=str(was.id),
        conversation_id=None,
        kept_until=tx.now + _GONE_FOR,
    )


def instead_of(tx: Tx, surface_id: str, place: str, thread: str) -> SurfaceThread | None:
    """Return the thread that shows what one showed that is gone."""
    of = {"surface_id": surface_id, "of_sort": _GONE, "of_name": f"{place}/{thread}"}
    row = tx.one(k.KEPT_AS, **of)
    return None if row is None else tx.one(s.THREAD_BY_ID, of=int(row))


def move(tx: Tx, surface_id: str, old: str, new: str, *, carries: bool) -> None:
    """Keep that a place has another id from now on; it may be told several times.

    Where it does not carry its threads over, theirs may be somebody else's in it: all are lost,
    and what was heard in the old one stays there, and is found by what stands instead of them.
    """
    if carries:
        tx.run(h.MOVE_HEARD, of=surface_id, old=old, new=new)
        tx.run(h.MOVE_SIGNS, of=surface_id, old=old, new=new)
    else:
        for one in tx.all(s.THREADS_IN, surface_id=surface_id, of_place=old):
            lose_thread(tx, one)
    outages.move(tx, surface_id, old, new)
    tx.run(s.MOVE_PLACE, of=surface_id, old=old, new=new)


def _proven(tx: Tx, step: steps.Prove, found: Receipt | None) -> None:
    row = step.on.id
    if step.thread is None and found is None:
        tx.run(s.MAKE_AGAIN, of=row)
    elif step.thread is None and found is not None:
        made, card = found.external_ids[0], found.external_ids[-1]
        tx.run(s.THREAD_MADE, of=row, made=made, made_card=card, digest=None)
    elif found is None:
        tx.run(s.REQUEUE, thread_id=row, of_key=step.key)
    else:
        posts = tx.all(s.POSTS_AS, thread_id=row, of_key=step.key)
        messages = [one.message_id for one in posts]
        _posted(tx, step, step.key, [one.id for one in posts], messages, found)


def _posted(
    tx: Tx,
    step: steps.Step,
    key: str,
    rows: Sequence[int],
    messages: Sequence[int],
    receipt: Receipt,
) -> None:
    ids = msgspec.json.encode(list(receipt.external_ids)).decode()
    for one in rows:
        tx.put_off(s.POSTED, of=one, of_key=key, ids=ids)
    for external_id in receipt.external_ids:
        name = {"thread_id": step.on.id, "external_id": external_id}
        # Of several messages in one post, it is the last that is answered.
        tx.put_off(s.PUT_NAME, **name, message_id=messages[-1])


def _refused(tx: Tx, deck: Deck, step: steps.AnyStep, error: SendError, wire: str | None) -> None:
    """What the platform will never take is not offered again, but for files as their names."""
    if isinstance(step, steps.Put) and not isinstance(error, PostGoneError):
        posts = tx.all(s.POSTS_AS, thread_id=step.on.id, of_key=step.post.key)
        if not _with_less(tx, deck, step, posts):
            _give_up(tx, step, error, wire)
    elif not isinstance(step, steps.Open):
        record(tx, step, None, carries=deck.carries)


def _with_less(tx: Tx, deck: Deck, step: steps.Put, posts: Sequence[SurfacePost]) -> bool:
    """Have files go as their names, then words as a link to them; say whether any is left."""
    url = deck.desk.conversation_url(step.on.conversation_id)
    # Each of them, also after one that has less to show.
    less = [_by_name(tx, one) or _by_link(tx, one, url) for one in posts]
    return any(less)


def _give_up(tx: Tx, step: steps.Put, error: SendError, wire: str | None) -> None:
    """Leave a post for people to look at: the platform takes nothing of it."""
    why = {"reason": error.reason, "detail": str(error)[:LONGEST_DETAIL], "trace": wire}
    tx.run(s.POST_FAILED, thread_id=step.on.id, of_key=step.post.key, at=tx.now, **why)


def _by_link(tx: Tx, post: SurfacePost, url: str) -> bool:
    """Have a post that is refused say where its words are; nobody is to miss it."""
    body, said = Body.of(post), f"⚠️ 💬 {url}"
    if body.text == said:
        return False
    told = msgspec.structs.replace(body, text=said)
    tx.run(s.REBODY, of=post.id, to_body=told.written(), to_revision=post.revision)
    return True


def _by_name(tx: Tx, post: SurfacePost) -> bool:
    body = Body.of(post)
    if not body.media:
        return False
    files = [tx.one(m.ATTACHMENT_BY_PUBLIC_ID, public_id=one) for one in body.media]
    names = [f"📎 {escape(one.name or one.kind)}" for one in files if one is not None]
    text = "\n\n".join(part for part in (body.text, "\n".join(names)) if part)
    plain = msgspec.structs.replace(body, text=text, media=[])
    tx.run(s.REBODY, of=post.id, to_body=plain.written(), to_revision=post.revision)
    return True
