"""The link in a mail that leads its customer back to the site."""

from bridge.delivery import Body
from bridge.models import Delivery
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing import conversations, way_back
from routing.continued import letter, mailing
from routing.desk import Desk


def with_way_back(tx: Tx, desk: Desk, delivery: Delivery, text: str) -> str:
    """Return a mail's text with a link of its own, where one leads back.

    It is made with each attempt, so that its time begins when the mail goes, and what is
    kept of the mail does not hold it. Whoever has the mailbox sees with it what was said
    since the customer gave this address, as with the mails.
    """
    conversation = conversations.get(tx, delivery.conversation_id)
    customer = tx.the(p.IDENTITY_BY_ID, id=conversation.identity_id)
    onward = Body.of(delivery).onward
    if onward is None or customer.email_at is None or customer.email != onward.to:
        return text
    link = way_back.link(tx, desk, conversation, origin="mail", seen_from=customer.email_at)
    if link is None:
        return text
    language = mailing.language_of(tx, desk, conversation)
    return letter.with_link(text, url=link.url, language=language)
