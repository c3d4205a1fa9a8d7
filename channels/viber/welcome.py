"""What somebody reads who opens the chat before they have written.

Source: https://developers.viber.com/docs/api/rest-bot-api/#sending-a-welcome-message
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from bridge.clock import Clock
from channels.viber.outgoing import Outgoing
from channels.viber.settings import ViberSettings

# Viber reports a greeting as it does any message, mostly at once; in seconds.
REPORTED_WITHIN = 24 * 3600.0
MOST_REMEMBERED = 10_000


class Welcome:
    """The greeting of one bot, if it has any."""

    def __init__(
        self,
        settings: ViberSettings,
        locale: str,
        outgoing: Outgoing,
        clock: Clock,
        *,
        alone: bool,
    ) -> None:
        """`locale` is taken for those who speak a language the text is not in.

        Where it is not `alone`, another process may have greeted the customer.
        """
        self._alone = alone
        self._text = settings.welcome
        self._locale = locale
        self._outgoing = outgoing
        self._clock = clock
        self._greeted: OrderedDict[str, float] = OrderedDict()

    def to(self, user: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the greeting in the customer's language; `None` where nobody is greeted."""
        if self._text is None:
            return None
        self._remember(str(user.get("id")))
        language = user.get("language")
        spoken = language.replace("_", "-").lower() if isinstance(language, str) else ""
        text = self._text.pick(spoken.partition("-")[0], self._locale)
        return self._outgoing.welcome(text)

    def has_greeted(self, customer: str) -> bool:
        """Say whether a report on a message to this customer may be about a greeting."""
        if not self._alone:
            return self._text is not None
        at = self._greeted.get(customer, float("-inf"))
        return self._clock.monotonic() - at < REPORTED_WITHIN

    def _remember(self, customer: str) -> None:
        self._greeted[customer] = self._clock.monotonic()
        self._greeted.move_to_end(customer)
        if len(self._greeted) > MOST_REMEMBERED:
            self._greeted.popitem(last=False)
