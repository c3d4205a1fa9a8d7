"""What can be known of the identity provider before anybody signs in by it."""

from agent_console.web.oidc.edge import OidcError
from agent_console.web.oidc.keys import ALGORITHMS
from agent_console.web.oidc.provider import Metadata, Provider
from agent_console.web.settings import OidcSettings
from bridge.clock import Clock
from bridge.doctor import Finding

_WHAT = "identity provider"


async def of_provider(settings: OidcSettings) -> Finding:
    """Ask it what it is and for its keys; nobody signs in."""
    provider = Provider(settings, Clock())
    try:
        metadata = await provider.metadata()
        keys = await provider.keys_for({})
    except OidcError as error:
        fix = "correct staff.console.oidc.issuer, or see whether this machine reaches it"
        said = f"{settings.issuer}: {error.why}"
        return Finding(what=_WHAT, state="failed", said=said, fix=fix)
    if not any(one.get("kty") in ("RSA", "EC", "OKP") for one in keys):
        said = f"{settings.issuer} has no key whose signatures can be checked"
        fix = f"have it sign id_tokens with one of {', '.join(ALGORITHMS)}"
        return Finding(what=_WHAT, state="failed", said=said, fix=fix)
    return _of_pkce(settings, metadata)


def _of_pkce(settings: OidcSettings, metadata: Metadata) -> Finding:
    said = f"{settings.issuer} answers, and signs with a key that can be checked"
    methods = metadata.code_challenge_methods_supported
    if "S256" in (methods or []):
        return Finding(what=_WHAT, state="ok", said=said)
    if settings.client_secret is None:
        said = f"{settings.issuer} does not say that it checks PKCE, and the client has no secret"
        fix = "make it a confidential client, with staff.console.oidc.client_secret"
        return Finding(what=_WHAT, state="warning", said=said, fix=fix)
    return Finding(what=_WHAT, state="ok", said=f"{said}; it does not say that it checks PKCE")
