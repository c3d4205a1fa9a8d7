"""Signing in to the web console, and staying signed in."""

from agent_console.web.auth.bearer import Bearers
from agent_console.web.auth.caller import Caller
from agent_console.web.auth.cookie import SessionCookie
from agent_console.web.auth.guard import Sessions, guard
from agent_console.web.auth.links import link_url, make_link
from agent_console.web.auth.lockout import LockedError
from agent_console.web.auth.passwords import Passwords
from agent_console.web.auth.second_factor import Keys, SecondFactors
from agent_console.web.auth.sign_in import Opened, SignIn

__all__ = [
    "Bearers",
    "Caller",
    "Keys",
    "LockedError",
    "Opened",
    "Passwords",
    "SecondFactors",
    "SessionCookie",
    "Sessions",
    "SignIn",
    "guard",
    "link_url",
    "make_link",
]
