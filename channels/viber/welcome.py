"""What somebody reads who opens the chat before they have written.

Source: https://developers.viber.com/docs/api/rest-bot-api/#sending-a-welcome-message
"""

from typing import Any

from channels.viber.outgoing import Outgoing
from channels.viber.settings import ViberSettings


class Welcome:
    """The greeting of one bot, if it has any."""

    def __init__(self, settings: ViberSettings, locale: str, outgoing: Outgoing) -> None:
        """`locale` is taken for those who speak a language the text is not in."""
        self._text = settings.welcome
        self._locale = locale
        self._outgoing = outgoing

    def to(self, language: object) -> dict[str, Any] | None:
        """Return the greeting in the customer's language; `None` where nobody is greeted."""
        if self._text is None:
            return None
        spoken = language.replace("_", "-").lower() if isinstance(language, str) else ""
        text = self._text.pick(spoken.partition("-")[0], self._locale)
        return self._outgoing.welcome(text)
