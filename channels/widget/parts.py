"""What the widget's routes share: one inbox, wired."""

import asyncio
import logging
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from bridge.channel import ChannelContext, ContactUpdated, OnceHere
from bridge.web import ApiError, TrustedProxies, bucket_key, sent, site_at
from bridge.web.devices import Devices
from bridge.web.site import Connection
from channels.widget.contacts import NOTHING, Claims, claims, sender
from channels.widget.intake import Intake
from channels.widget.limits import Limits
from channels.widget.origins import AllowedOrigins
from channels.widget.presence import Presence
from channels.widget.protocol import VisitReport
from channels.widget.settings import WidgetSettings
from channels.widget.tokens import (
    IdentityError,
    IdentityProofs,
    Session,
    SessionTokens,
)
from channels.widget.visits import Collector, Story

_log = logging.getLogger(__name__)

_SESSION = "widget_session"
# Browsers differ by their user agents, not by the inbox they write to.
_DEVICES = Devices()


class Parts:
    """Everything one widget inbox is made of."""

    def __init__(self, settings: WidgetSettings, context: ChannelContext) -> None:
        """Wire them by the settings."""
        self.settings = settings
        self.context = context
        self.clock = context.clock
        self.customers = context.customers
        self.site = site_at(context.public_url)
        self.origins = AllowedOrigins(settings.origins, self.site)
        self.tokens = SessionTokens(context.secret, context.inbox_id, context.clock)
        self.proofs = IdentityProofs(
            [secret.reveal() for secret in settings.identity_secret],
            [settings.key, context.inbox_id],
            context.clock,
            context.once or OnceHere(context.clock),
        )
        self.limits = Limits(
            context.clock,
            settings.messages_per_minute,
            inbox_id=context.inbox_id,
            shared=context.budgets,
        )
        self.elsewhere = context.elsewhere
        self.presence = Presence(context.clock, shared=self.elsewhere is not None)
        self.intake = Intake(context.tries)
        # Set when this inbox ends: browsers are to come again, to whoever serves it then.
        self.over = asyncio.Event()
        self._proxies = TrustedProxies(context.trusted_proxies)
        self.collector = Collector(settings.collect, self._proxies, _DEVICES)

    def address(self, connection: Connection) -> str:
        """Return what counts as one caller."""
        return bucket_key(self._proxies.client(connection))

    async def story(self, connection: Connection, told: VisitReport | None) -> Story | None:
        """Return the visit as the page and the request tell it."""
        if told is None:
            return None
        around = await self.collector.surroundings(connection)
        return self.collector.story(told, around, self.clock.now())

    # --- whose request it is ---

    async def authorise(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        """Guard a route by our token; raises `ApiError` (401)."""
        shown = sent(connection.scope, "authorization")
        scheme, _, token = shown[0].partition(" ") if shown else ("", "", "")
        session = self.tokens.read(token) if scheme.lower() == "bearer" else None
        if session is None:
            raise ApiError(401, "token_invalid", "The token is missing or not valid.")
        connection.scope["state"][_SESSION] = session

    async def recognise(
        self, token: str | None, identity: str | None, told: VisitReport | None
    ) -> Session:
        """Return who shows these; raises `ApiError` (401) for a proof that is not valid.

        A proof makes the anonymous visitor of the token the user it names. It never joins
        two users: whoever was signed in here before is somebody else.
        """
        known = self.tokens.read(token) if token else None
        if identity is None:
            session = known or self.tokens.anonymous()
            await self.remember(session, said(told))
            return session
        try:
            session = await self.proofs.check(identity, known)
        except IdentityError as error:
            _log.info("inbox %s refused an identity: %s", self.context.inbox_id, error)
            raise ApiError(401, "identity_invalid", "The proof of identity is not valid.") from None
        # Shown again it looks again: what another tab wrote without a name may have crossed it.
        await self.intake.accept(
            ContactUpdated(sender=sender(session, said(told)), absorbs=session.began_as)
        )
        return session

    async def remember(self, session: Session, what: Claims) -> None:
        """Pass on what was said of a visitor who may have written before."""
        if what:
            await self.intake.report([ContactUpdated(sender=sender(session, what))])


def said(told: VisitReport | None) -> Claims:
    """Return what the site has `set` about its visitor."""
    return claims(told.attributes) if told is not None and told.attributes else NOTHING


def session_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Session:
    """Return whom a guarded request speaks for."""
    session: Session = connection.scope["state"][_SESSION]
    return session
