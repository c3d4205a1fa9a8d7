"""The `random_id` under which VK knows a part, so that sent again it is not a double.

VK checks it over the whole history (https://dev.vk.com/ru/method/messages.send): under one
that was used before, the message is swallowed. So keys that are numbers, as the core's are,
go one to one into the range that VK has (int32 without 0, which means "do not check"): two
parts never share one. A fixed step of this installation's own keeps it apart from another
one that once served the same community and counted from 1 as well.

A database that was restored from a copy gives out numbers that were used before; the core
then puts a word of its own before each new one (`<life>.<number>`), which takes part in the
step. Two stretches of a million parts meet anywhere with a chance of one in two thousand,
and only then may one part be taken for a double, of the same customer, years apart.
"""

import hashlib

# As many as int32 holds, without 0.
_VALUES = 2**32 - 1


def random_id(key: str, secret: bytes) -> int:
    """Return the id of the part with this key; `secret` is the inbox's own."""
    life, _, count = key.rpartition(".")
    number = int(count) if count.isdecimal() else _hashed(count.encode())
    place = (number + _hashed(b"vk random_id" + secret + life.encode())) % _VALUES + 1
    return place - 2**32 if place >= 2**31 else place


def _hashed(data: bytes) -> int:
    return int.from_bytes(hashlib.sha256(data).digest()[:8])
