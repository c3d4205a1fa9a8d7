"""Random tokens, of which the database only ever holds a hash."""

import hashlib
import secrets


def new_token() -> str:
    """Return 256 random bits as text for a cookie, a header or a URL."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is stored of a token: nobody can go back from it to the token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
