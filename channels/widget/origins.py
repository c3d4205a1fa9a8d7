"""Which sites may show the widget: the `origins` of the settings, and our own address."""

import re
from collections.abc import Sequence

from bridge.web import Site

# As browsers send it: lower case, a host of another script in its ASCII form.
_ORIGIN = re.compile(r"(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?")


class AllowedOrigins:
    """Exact origins, and `https://*.example.com` for one or more labels in the star's place."""

    def __init__(self, patterns: Sequence[str], site: Site) -> None:
        """Our own `site` is always allowed."""
        self._site = site
        self._patterns = tuple(patterns)
        self._exact = frozenset(one for one in patterns if "*" not in one)
        self._wild = [one.partition("*") for one in patterns if "*" in one]

    def allow(self, origin: str) -> bool:
        """Say whether a page of this `Origin` may."""
        if not _ORIGIN.fullmatch(origin):
            return False
        if self._site.has_origin(origin) or origin in self._exact:
            return True
        return any(
            origin.startswith(scheme)
            and origin.endswith(rest)
            and len(origin) > len(scheme) + len(rest)
            for scheme, _, rest in self._wild
        )

    def frame_ancestors(self) -> list[str]:
        """Return the same as sources of `frame-ancestors`, where a star means the same."""
        return [*self._site.sources, *self._patterns]
