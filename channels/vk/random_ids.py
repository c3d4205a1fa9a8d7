"""The `random_id` under which VK knows a part, so that sent again it is not a double.

VK checks it over the whole history (https://dev.vk.com/ru/method/messages.send): under one
that was used before, the message is swallowed. So keys that are numbers, as the core's are,
go one to one into the range that VK has (int32 without 0, which means "do not check"): two
parts never share one. A fixed step of this installation's own keeps it apart from another
one that once served the same community and counted from 1 as well.
"""

import hashlib

# As many as int32 holds, without 0.
_VALUES = 2**32 - 1


def random_id(key: str, secret: bytes) -> int:
    """Return the id of the part with this key; `secret` is the inbox's own."""
    number = int(key) if key.isdecimal() else _hashed(key.encode())
    place = (number + _hashed(b"vk random_id" + secret)) % _VALUES + 1
    return place - 2**32 if place >= 2**31 else place


def _hashed(data: bytes) -> int:
    return int.from_bytes(hashlib.sha256(data).digest()[:8])
