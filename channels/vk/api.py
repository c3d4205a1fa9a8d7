"""VK's methods, called through vk_api as it is safe to: in threads, paced, never repeated.

vk_api would wait under a lock, repeat some refusals for ever, put a file beside the program,
and raise errors that hold the token and the text; what is done about each stands here.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from jconfig import MemoryConfig  # type: ignore[import-untyped]
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError
from vk_api import ApiError, ApiHttpError, VkApi, VkApiError  # type: ignore[import-untyped]

from bridge import wirelog
from bridge.channel import SendError
from bridge.pace import CHANGES_YIELD, Budget, Pace
from channels.vk import errors
from channels.vk.settings import VkSettings

API_VERSION = "5.199"
# What vk_api calls, whatever it is told.
_BUILT_IN = "https://api.vk.ru"
# Seconds to connect and to answer; together well under the minute that a send may take.
TIMEOUTS = (5.0, 20.0)
# Calls on the wire at once.
_WIDTH = 8
# With a community's token: https://dev.vk.com/ru/api/api-requests.
CALLS = Budget(20, 1.0)
# What lets messages pass that ask after it.
_YIELDING = frozenset(
    {
        "messages.edit",
        "messages.delete",
        "messages.getByConversationMessageId",
        "messages.getById",
        "users.get",
    }
)
# What the customer may have although no answer came.
_DELIVERING = frozenset({"messages.send"})


class Api:
    """One community's access to VK."""

    def __init__(self, settings: VkSettings) -> None:
        """Use the settings' token, address and proxy."""
        self._settings = settings
        self._pace = Pace(CALLS)
        self._threads = ThreadPoolExecutor(_WIDTH, thread_name_prefix="vk")
        self._of_thread = threading.local()

    async def call(self, method: str, **given: Any) -> Any:
        """Call a method once; raises `SendError`. What is `None` is not given."""
        answered = await self._pace.take(yields=CHANGES_YIELD if method in _YIELDING else 0.0)
        values = {name: value for name, value in given.items() if value is not None}
        loop = asyncio.get_running_loop()
        noted = wirelog.asked(method, lambda: values)
        call = self._threads.submit(self._call, method, values, noted)
        # Not when the caller goes: a call that was cancelled may still be on its way.
        call.add_done_callback(lambda _: _tell(loop, answered))
        return await asyncio.wrap_future(call)

    async def close(self) -> None:
        """Let the calls on the wire end, and then their threads; begin no others."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._threads.shutdown)

    async def call_aside(self, method: str, **given: Any) -> Any:
        """As `call`, for what may be left undone: it takes no place a message could want."""
        if not self._pace.has_room:
            raise errors.busy()
        return await self.call(method, **given)

    def _call(
        self, method: str, values: Mapping[str, Any], noted: Callable[[str | int, str], None]
    ) -> Any:
        try:
            return self._vk().method(method, values)
        except (VkApiError, requests.RequestException, ValueError, KeyError, TypeError) as error:
            noted(*_said(error))
            failure = self._failure(error, had_effect=method in _DELIVERING)
        # Outside the handler, so that nothing of vk_api's error hangs on ours.
        raise failure

    def _failure(self, error: Exception, *, had_effect: bool) -> SendError:
        match error:
            case ApiError():
                return errors.refused(int(error.code), had_effect=had_effect)
            case ApiHttpError():
                return errors.http_status(error.response.status_code, had_effect=had_effect)
            case requests.JSONDecodeError() | requests.TooManyRedirects():
                return errors.malformed(had_effect=had_effect)
            case requests.RequestException() if _never_connected(error):
                # Whatever keeps a proxy from connecting, it is the one who can be asked.
                return errors.kept_in() if self._settings.proxy else errors.not_reached()
            case requests.RequestException():
                return errors.no_answer(had_effect=had_effect)
            case _:
                return errors.malformed(had_effect=had_effect)

    def _vk(self) -> VkApi:
        """Return this thread's own vk_api: each holds a lock over its whole call."""
        if not hasattr(self._of_thread, "vk"):
            self._of_thread.vk = self._make_vk()
        return self._of_thread.vk

    def _make_vk(self) -> VkApi:
        vk = VkApi(
            token=self._settings.token.reveal(),
            session=_session(self._settings),
            api_version=API_VERSION,
            config=MemoryConfig,
        )
        vk.RPS_DELAY = 0
        # They repeat calls or ask for a person; the core decides about both.
        vk.error_handlers.clear()
        return vk


def _said(error: Exception) -> tuple[str | int, str]:
    """Return VK's code or the status, and VK's sentence: it repeats what was asked elsewhere."""
    if isinstance(error, ApiError):
        return int(error.code), str(error.error.get("error_msg", ""))
    if isinstance(error, ApiHttpError):
        return int(error.response.status_code), ""
    return type(error).__name__, ""


def _tell(loop: asyncio.AbstractEventLoop, answered: Callable[[], None]) -> None:
    # Where the program has ended meanwhile, nobody wants to know.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(answered)


def _session(settings: VkSettings) -> requests.Session:
    session = requests.Session()
    # The YAML says which way to take; neither the environment nor a .netrc has a say.
    session.trust_env = False
    session.max_redirects = 0
    if settings.proxy is not None:
        proxy = settings.proxy.reveal()
        session.proxies = {"http": proxy, "https": proxy}
    session.mount(_BUILT_IN, _Adapter(settings.api_base))
    return session


class _Adapter(HTTPAdapter):
    """Sends to the configured address, with timeouts, and once."""

    def __init__(self, base: str) -> None:
        """Send to `base` what is meant for VK."""
        self._base = base
        super().__init__(max_retries=0)

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        """Send a request; see `HTTPAdapter.send`."""
        request.url = self._base + (request.url or "").removeprefix(_BUILT_IN)
        return super().send(request, *args, **{**more, "timeout": TIMEOUTS})


def _never_connected(error: requests.RequestException) -> bool:
    """Say whether not one byte can have gone."""
    before = (requests.ConnectTimeout, requests.exceptions.ProxyError, requests.exceptions.SSLError)
    cause = error.args[0] if error.args else None
    return isinstance(error, before) or isinstance(
        getattr(cause, "reason", None), NewConnectionError
    )
