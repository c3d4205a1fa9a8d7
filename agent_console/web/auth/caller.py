"""Who asks, and by what we know."""

from dataclasses import dataclass

from bridge.models import Agent, ApiToken, Session
from bridge.web import ApiError


@dataclass(frozen=True, slots=True)
class Caller:
    """The agent who asks, and the session or the API token by which we know: exactly one."""

    agent: Agent
    session: Session | None = None
    token: ApiToken | None = None

    @property
    def key(self) -> str:
        """Return the hash of what lets them in."""
        return self.token.token_hash if self.token is not None else self.signed_in.token_hash

    @property
    def signed_in(self) -> Session:
        """Return the session; raises `ApiError` (403) for a token, which is none."""
        if self.session is None:
            raise session_only()
        return self.session


def session_only() -> ApiError:
    """Return the answer to a token at a door that is for people."""
    return ApiError(403, "session_only", "This is for people who have signed in, not for a token.")
