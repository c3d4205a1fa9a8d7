"""The security headers of each kind of response.

The strictest stand on everything (`ALWAYS`); a page, an asset or a script replaces those
that it must.
"""

from collections.abc import Mapping, Sequence

from bridge.web.site import Site

_NO_DEVICES = ", ".join(
    f"{device}=()"
    for device in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)

ALWAYS: Mapping[str, str] = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": _NO_DEVICES,
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
}

IMMUTABLE = {"cache-control": "public, max-age=31536000, immutable"}
REVALIDATED = {"cache-control": "no-cache"}


def page_headers(
    site: Site,
    *,
    assets: Sequence[str],
    frames: Sequence[str] = (),
    frame_ancestors: Sequence[str] = ("'none'",),
) -> dict[str, str]:
    """Return the headers of a built front end's page.

    Scripts and styles load only from `assets` (paths ending in a slash), so that nothing
    else this origin serves, an upload least of all, can ever run. So may frames in it show
    only what is under `frames`. `frame_ancestors` are the origins that may show the page
    itself in a frame.
    """
    code = _under(site, assets)
    policy = {
        "default-src": "'none'",
        "script-src": code,
        "style-src": code,
        "font-src": code,
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        # Older Safari does not count a websocket of the same host as 'self'.
        "connect-src": " ".join(("'self'", *site.sockets)),
        "manifest-src": "'self'",
        "frame-src": _under(site, frames) or "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": " ".join(frame_ancestors),
        "require-trusted-types-for": "'script'",
    }
    framed = tuple(frame_ancestors) != ("'none'",)
    headers = REVALIDATED | {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items())
    }
    if framed:
        return headers | {"cross-origin-resource-policy": "cross-origin"}
    return headers | {"cross-origin-opener-policy": "same-origin"}


def _under(site: Site, paths: Sequence[str]) -> str:
    return " ".join(f"{origin}{path}" for path in paths for origin in site.sources)
