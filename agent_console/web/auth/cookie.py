"""The session cookie: readable by no script, sent to no other site, bound to this host."""

from dataclasses import dataclass

from litestar.datastructures import Cookie

from bridge.web import Site

# The server decides when a session ends; the browser only has to keep its cookie as long
# as the longest session may last.
_LIFE = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """How the cookie is called and set at our address."""

    site: Site

    @property
    def name(self) -> str:
        """Return the cookie's name: browsers hold `__Host-` ones to this host, over HTTPS."""
        return "__Host-deskbridge" if self.site.secure else "deskbridge"

    def holding(self, token: str) -> Cookie:
        """Return the cookie that carries a session's token."""
        return self._cookie(token, _LIFE)

    def cleared(self) -> Cookie:
        """Return the cookie that takes the token away from the browser."""
        return self._cookie("", 0)

    def _cookie(self, token: str, life: int) -> Cookie:
        return Cookie(
            key=self.name,
            value=token,
            path="/",
            max_age=life,
            secure=self.site.secure,
            httponly=True,
            samesite="lax",
        )
