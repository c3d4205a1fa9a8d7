"""Who of us somebody is whom the provider names. Pure."""

from collections.abc import Mapping

from agent_console.web.oidc.edge import OidcError, Person
from bridge.settings import Agent


def agent_of(person: Person, agents: Mapping[str, Agent], *, by_email: bool) -> str:
    """Return the agent's id; raises `OidcError` where it is nobody, or not sure.

    Whose subject the YAML has is known by nothing else: an address can become another
    person's, a subject never.
    """
    people = {key: one for key, one in agents.items() if one.role != "bot"}
    for key, one in people.items():
        if one.oidc == person.subject:
            return key
    if not by_email:
        raise OidcError("oidc_unknown", "no agent has this subject")
    if person.email is None:
        raise OidcError("oidc_unverified", "the provider names no verified email")
    wanted = person.email.strip().casefold()
    for key, one in people.items():
        if one.oidc is None and one.email is not None and one.email.casefold() == wanted:
            return key
    raise OidcError("oidc_unknown", "no agent has this subject or email")
