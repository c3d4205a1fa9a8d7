"""The signatures of identity providers, which sign with a key that everybody can read.

PyJWT judges the token's form; `cryptography`, by which it would check these, it loads in every
program where that is installed. Signatures by a shared secret, and none at all, are not here.
"""

from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec
from Crypto.Hash import SHA256, SHA384, SHA512
from Crypto.PublicKey import ECC, RSA
from Crypto.Signature import DSS, eddsa, pkcs1_15, pss
from jwt import InvalidKeyError, PyJWS, PyJWTError
from jwt.algorithms import Algorithm
from jwt.utils import base64url_decode

LEAST_RSA = 2048
Jwk = Mapping[str, Any]

_HASHES: Mapping[str, Any] = {"256": SHA256, "384": SHA384, "512": SHA512}
_CURVES = {"256": "P-256", "384": "P-384", "512": "P-521"}


class _Verifier(Algorithm):
    """A kind of signature that is only checked; its key is a JWK."""

    def __init__(self, name: str) -> None:
        self._kind, self._size = name[:2], name[2:]

    def prepare_key(self, key: Any) -> Any:
        try:
            return self._key(key)
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidKeyError("the key is not of this kind") from error

    def _key(self, key: Jwk) -> Any:
        kind = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}[self._kind]
        if key["kty"] != kind:
            raise ValueError(kind)
        if kind == "RSA":
            return _rsa(key)
        if kind == "OKP":
            if key["crv"] != "Ed25519":
                raise ValueError(kind)
            return eddsa.import_public_key(base64url_decode(key["x"]))
        if key["crv"] != _CURVES[self._size]:
            raise ValueError(kind)
        return ECC.construct(curve=key["crv"], point_x=_number(key["x"]), point_y=_number(key["y"]))

    def verify(self, msg: bytes, key: Any, sig: bytes) -> bool:
        try:
            self._check(msg, key, sig)
        except ValueError:
            return False
        return True

    def _check(self, msg: bytes, key: Any, sig: bytes) -> None:
        match self._kind:
            case "RS":
                pkcs1_15.new(key).verify(_HASHES[self._size].new(msg), sig)
            case "PS":
                pss.new(key).verify(_HASHES[self._size].new(msg), sig)
            case "ES":
                hashed = _HASHES[self._size].new(msg)
                DSS.new(key, "fips-186-3", encoding="binary").verify(hashed, sig)
            case _:
                eddsa.new(key, "rfc8032").verify(msg, sig)

    def sign(self, msg: bytes, key: Any) -> NoReturn:
        raise NotImplementedError

    @staticmethod
    def to_jwk(key_obj: Any, as_dict: bool = False) -> NoReturn:  # noqa: FBT001, FBT002
        raise NotImplementedError

    @staticmethod
    def from_jwk(jwk: Any) -> NoReturn:
        raise NotImplementedError


ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)


def _rsa(key: Jwk) -> RSA.RsaKey:
    modulus = _number(key["n"])
    if modulus.bit_length() < LEAST_RSA:
        raise ValueError(modulus.bit_length())
    return RSA.construct((modulus, _number(key["e"])))


def _number(text: str) -> int:
    return int.from_bytes(base64url_decode(text), "big")


def signed_by(token: str, keys: list[Jwk]) -> dict[str, Any]:
    """Return what a token says; raises `jwt.PyJWTError` unless one of these keys has signed it.

    A key that names an algorithm or a use is for these alone.
    """
    jws = PyJWS(algorithms=[])
    for name in ALGORITHMS:
        jws.register_algorithm(name, _Verifier(name))
    header = jws.get_unverified_header(token)
    error: PyJWTError = InvalidKeyError("no key of the provider fits")
    for key in keys:
        if not fits(key, header):
            continue
        try:
            told = jws.decode(token, key=dict(key), algorithms=[header["alg"]])
            return msgspec.json.decode(told, type=dict[str, Any])
        except PyJWTError as wrong:
            error = wrong
    raise error


def fits(key: Jwk, header: Mapping[str, Any]) -> bool:
    """Say whether a key can have signed what has this header."""
    named = "kid" not in header or key.get("kid") == header["kid"]
    kind = {"R": "RSA", "P": "RSA", "E": "EC"}.get(str(header.get("alg"))[:1])
    if header.get("alg") == "EdDSA":
        kind = "OKP"
    alg = key.get("alg", header.get("alg")) == header.get("alg")
    return named and alg and key.get("kty") == kind and key.get("use", "sig") == "sig"
