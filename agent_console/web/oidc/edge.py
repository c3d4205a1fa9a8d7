"""Who comes from the provider, and why somebody is not let in."""

from dataclasses import dataclass
from typing import Literal

# A person needs so long at the provider's, at most, in ms.
LIFE = 10 * 60_000

Code = Literal[
    "oidc_unreachable",
    "oidc_failed",
    "oidc_stale",
    "oidc_denied",
    "oidc_unverified",
    "oidc_unknown",
]
"""`unreachable`: the provider does not answer. `failed`: what it says cannot be believed.
`stale`: the browser comes without its own beginning, or late. `denied`: the provider let nobody
in. `unverified`: there is no email that it has verified. `unknown`: this is no agent."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider names: its own id of them, and the email that it has verified, if any."""

    subject: str
    email: str | None


class OidcError(Exception):
    """`code` is what the person is told, `why` what the log is: no secret and no address."""

    def __init__(self, code: Code, why: str) -> None:
        """Say both."""
        super().__init__(why)
        self.code: Code = code
        self.why = why
