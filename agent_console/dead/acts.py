"""What people do about it: have it tried again, or put it away. Each leaves its trace."""

from agent_console.audit import Action, By, Deed, record
from agent_console.dead.listing import Item, item
from bridge.models import Delivery
from bridge.store import dead as d
from bridge.store import deliveries, log
from bridge.store import messages as m
from bridge.store import quarantine as q
from bridge.store import webhooks as w
from bridge.store.dead import Kind
from bridge.store.transactions import Tx
from bridge.webhooks.calls import send_again
from routing import outbound
from routing.continued import again
from routing.desk import Desk
from routing.refusal import RefusedError

DEAD_TOPIC = "dead"


def ask(tx: Tx, by: By, kind: Kind, number: int) -> Item:
    """Have the running program try something again, soon.

    Raises `RefusedError`: `not_found`, or `unsupported` where nothing can be made of it.
    """
    known = _there(tx, kind, number)
    if not known.can_retry:
        raise RefusedError("unsupported")
    tx.run(d.ASK, kind=kind, subject_id=number, at=tx.now)
    tx.wake(DEAD_TOPIC)
    _keep(tx, by, "dead_retried", known)
    return known


def drop(tx: Tx, by: By, kind: Kind, number: int) -> Item:
    """Take something off the list for good; raises `RefusedError` (`not_found`).

    Of what came in nothing is left. What did not go out stays as it is in its conversation.
    """
    known = _there(tx, kind, number)
    match kind:
        case "event":
            tx.run(q.DROP, of=number)
        case "delivery":
            tx.run(d.PUT_AWAY, of=number, at=tx.now)
        case "post":
            tx.run(d.PUT_POST_AWAY, of=number)
        case "call":
            tx.run(d.DROP_CALL, of=number)
    tx.run(d.ANSWERED, of_kind=kind, of=number)
    _keep(tx, by, "dead_dropped", known)
    return known


def perform(tx: Tx, desk: Desk, kind: Kind, number: int) -> None:
    """Try again what is no event. Raises `RefusedError`: it has ended otherwise meanwhile.

    `blocked` where its customer is.
    """
    tx.run(d.ANSWERED, of_kind=kind, of=number)
    known = _there(tx, kind, number)
    match kind:
        case "delivery":
            _send_again(tx, desk, tx.the(deliveries.DELIVERY_BY_ID, id=number))
        case "post":
            tx.run(d.POST_AGAIN, of=number)
            # Whoever shows the conversation looks at it.
            log.append(tx, "conversation.changed", conversation_id=known.conversation)
        case "call":
            send_again(tx, tx.the(w.CALL_BY_ID, id=number))


def _send_again(tx: Tx, desk: Desk, ended: Delivery) -> None:
    """Send all of its message that has ended so: a part alone would come out of its order."""
    message = tx.the(m.MESSAGE_BY_ID, id=ended.message_id)
    if ended.action == "continue":
        if ended.state == "failed":
            again.retry(tx, desk, message)
        else:
            again.settle(tx, desk, message, arrived=False)
    elif ended.state == "failed":
        outbound.retry(tx, message.id)
    else:
        outbound.settle(tx, message.id, arrived=False)


def _there(tx: Tx, kind: Kind, number: int) -> Item:
    known = item(tx, kind, number)
    if known is None:
        raise RefusedError("not_found")
    return known


def _keep(tx: Tx, by: By, action: Action, known: Item) -> None:
    told = {"where": known.where, "why": known.why}
    record(tx, by, Deed(action, f"{known.kind}:{known.id.partition('-')[2]}", told))
