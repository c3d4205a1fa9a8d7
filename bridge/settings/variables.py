"""`{{contact.name|fallback}}` in the texts of quick replies."""

import re
from collections.abc import Sequence

from bridge.settings.faults import fault, nearest_of

VARIABLES = ("contact.name", "agent.name", "inbox.name", "conversation.id")
NEXT_OPEN = "next_open"
"""The one variable of what is said while nobody is here."""
OPENED = "{{"
VARIABLE = re.compile(r"\{\{\s*([^{}|]*?)\s*(?:\|([^{}]*))?\}\}")
"""Group 1 is the variable, group 2 what to say when it is empty (or None)."""


def refuse_unknown(text: str, at: tuple[str, ...] = (), known: Sequence[str] = VARIABLES) -> None:
    """Raise a fault for the first variable in `text` that is not known, or that is not closed."""
    for match in VARIABLE.finditer(text):
        if match[1] not in known:
            raise fault(
                "unknown_variable",
                f"no variable {match.group()}",
                token=match.group(),
                at=at,
                nearest=nearest_of(match[1], known),
                help=f"there {'is' if len(known) == 1 else 'are'} {', '.join(known)}",
            )
    if OPENED in VARIABLE.sub("", text):
        message = "{{ is opened and not closed with }}"
        raise fault("unknown_variable", message, token=OPENED, at=at)
