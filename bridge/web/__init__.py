"""Everything that speaks HTTP: the application factory, and what its handlers share.

A handler raises `ApiError`, declares its body as a msgspec struct with
`forbid_unknown_fields`, and guards by `own_origin_only` what a cookie authorises.
"""

from bridge.web.app import HasRoutes, create_app
from bridge.web.buckets import Buckets
from bridge.web.errors import ApiError, describe, request_id, slow_down
from bridge.web.express import Told
from bridge.web.front import WebApp
from bridge.web.headers import page_headers
from bridge.web.incoming import sent
from bridge.web.proxies import TrustedProxies, anonymised, bucket_key
from bridge.web.qr import Qr, qr
from bridge.web.requests import (
    MAX_BODY,
    MAX_ID,
    ApiRequest,
    ClientGoneError,
    Id,
    QueryAfter,
    QueryId,
    Uuid,
    decode,
    too_large,
)
from bridge.web.site import Site, no_foreign_origin, own_origin_only, same_origin, site_at
from bridge.web.static import BuiltFile, BuiltFiles, made, respond
from bridge.web.uploads import Upload, uploaded_file

__all__ = [
    "MAX_BODY",
    "MAX_ID",
    "ApiError",
    "ApiRequest",
    "Buckets",
    "BuiltFile",
    "BuiltFiles",
    "ClientGoneError",
    "HasRoutes",
    "Id",
    "Qr",
    "QueryAfter",
    "QueryId",
    "Site",
    "Told",
    "TrustedProxies",
    "Upload",
    "Uuid",
    "WebApp",
    "anonymised",
    "bucket_key",
    "create_app",
    "decode",
    "describe",
    "made",
    "no_foreign_origin",
    "own_origin_only",
    "page_headers",
    "qr",
    "request_id",
    "respond",
    "same_origin",
    "sent",
    "site_at",
    "slow_down",
    "too_large",
    "uploaded_file",
]
