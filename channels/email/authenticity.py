"""Whether our own mail server vouches for a sender: Authentication-Results (RFC 8601). Pure.

Anybody can write such a field into a mail. It counts only with the name of our own server,
and only above the first `Received`: what stands there was put there after the mail had
arrived. Servers that write it below their own `Received` vouch for nobody here.
"""

import re
from collections.abc import Iterator

from channels.email.headers import Headers

_COMMENT = re.compile(r"\([^()]*\)|\"[^\"]*\"")
_DEEPEST_COMMENT = 4
_RESULT = re.compile(r"\s*(dkim|spf|dmarc)\s*=\s*([a-z]+)\b(.*)", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"\b([a-z]+\.[a-z]+)\s*=\s*\"?([^\s;\"]{1,300})", re.IGNORECASE)
_LONGEST = 4000
# Which property names the domain that a method has proven.
_PROVES = {"dmarc": "header.from", "dkim": "header.d", "spf": "smtp.mailfrom"}


def is_proven(headers: Headers, domain: str, authserv_id: str | None) -> bool:
    """Say whether `authserv_id`, our own server, has proven the domain of the sender."""
    if authserv_id is None:
        return False
    results = [one for value in _trusted(headers, authserv_id) for one in _results(value)]
    if any(method == "dmarc" and result == "fail" for method, result, _ in results):
        return False
    return any(result == "pass" and _covers(proven, domain) for _, result, proven in results)


def _trusted(headers: Headers, authserv_id: str) -> Iterator[str]:
    for name, value in headers.fields:
        if name == "received":
            return
        if name == "authentication-results":
            server, _, results = _bare(value).partition(";")
            # A version may follow the name.
            if server.lower().split()[:1] == [authserv_id.lower()]:
                yield results


def _bare(value: bytes) -> str:
    """Return the field without comments and quotes, or nothing where they do not end."""
    text = value[:_LONGEST].decode("ascii", "replace")
    for _ in range(_DEEPEST_COMMENT):
        text = _COMMENT.sub(" ", text)
    return "" if set(text) & set('()"') else text


def _results(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield each method, its result, and the domain it speaks of."""
    for piece in text.split(";"):
        match = _RESULT.match(piece)
        if match is None:
            continue
        method = match[1].lower()
        properties = {name.lower(): value for name, value in _PROPERTY.findall(match[3])}
        proven = properties.get(_PROVES[method], "") or properties.get("header.i", "")
        yield method, match[2].lower(), proven.rpartition("@")[2].lower().rstrip(".")


def _covers(proven: str, domain: str) -> bool:
    """Say whether one of the two domains lies in the other, as DMARC's relaxed mode does."""
    if not proven or "." not in proven or "." not in domain:
        return False
    return proven == domain or domain.endswith("." + proven) or proven.endswith("." + domain)
