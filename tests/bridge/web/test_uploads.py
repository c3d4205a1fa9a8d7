"""One file out of a form: as it comes in, no more than allowed."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Request, post

from bridge.web import uploaded_file
from tests.bridge.web.helpers import error, serving

LIMIT = 4096


@post("/upload", request_max_body_size=None)
async def upload(request: Request[Any, Any, Any]) -> dict[str, Any]:
    async with uploaded_file(request, limit=LIMIT) as file:
        data = b"".join([chunk async for chunk in file.chunks])
    return {"name": file.name, "size": len(data), "same": data == DATA}


DATA = bytes(range(256)) * 4


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with serving([upload]) as client:
        yield client


async def test_a_file_arrives_byte_for_byte(client: httpx.AsyncClient) -> None:
    answered = await client.post("/upload", files={"file": ("Фото 👩‍🚀.png", DATA, "image/png")})
    assert answered.status_code == 201
    assert answered.json() == {
        "name": "Фото 👩‍🚀.png",
        "size": len(DATA),
        "same": True,
    }


async def test_d20_a_file_of_exactly_the_limit_passes_and_one_byte_more_is_refused(
    client: httpx.AsyncClient,
) -> None:
    exact = await client.post("/upload", files={"file": ("a.bin", b"\r\n" * (LIMIT // 2))})
    more = await client.post("/upload", files={"file": ("a.bin", b"a" * (LIMIT + 1))})
    assert (exact.status_code, exact.json()["size"]) == (201, LIMIT)
    assert more.status_code == 413
    assert error(more)["detail"] == {"limit": LIMIT}


async def test_a_file_far_too_large_is_refused_by_its_announced_length() -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 1
            yield b"a" * 10_000

    headers = {"content-type": "multipart/form-data; boundary=x", "content-length": "1000000"}
    async with serving([upload]) as client:
        answered = await client.post("/upload", content=body(), headers=headers)
    assert answered.status_code == 413
    assert read <= 1


async def test_a_file_of_no_announced_length_is_counted_as_it_comes(
    client: httpx.AsyncClient,
) -> None:
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(1000):
            sent += 1
            yield b"a" * 1000

    headers = {"content-type": "multipart/form-data; boundary=x"}
    answered = await client.post("/upload", content=body(), headers=headers)
    assert answered.status_code == 413
    assert sent < 20


async def test_a_preamble_without_end_is_not_read_for_ever(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answered = await client.post("/upload", content=b"a" * 100_000, headers=headers)
    assert answered.status_code == 413


def _form(*parts: tuple[str, bytes]) -> bytes:
    head = 'Content-Disposition: form-data; name="{}"'
    return (
        b"".join(b"--x\r\n" + head.format(n).encode() + b"\r\n\r\n" + v + b"\r\n" for n, v in parts)
        + b"--x--\r\n"
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"nonsense",
        b"--x--\r\n",
        b"--x\r\n\r\nno headers\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ncut off',
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n',
        b"--x\r\n" + b"X-Many: a\r\n" * 50 + b"\r\n\r\n--x--",
        b"--x\r\nX-Long: " + b"a" * 9000 + b"\r\n\r\n--x--",
        b'--x\r\nContent-Disposition: form-data; name="\xff\xfe"\r\n\r\na\r\n--x--',
        _form(("file", b"a field, not a file")),
        _form(("other", b"a"), ("more", b"b")),
        _form(*[("other", b"a")] * 50),
    ],
    ids=lambda raw: repr(raw[:40]),
)
async def test_a_broken_form_is_a_clear_400(client: httpx.AsyncClient, raw: bytes) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answered = await client.post("/upload", content=raw, headers=headers)
    assert answered.status_code == 400
    assert error(answered)["code"] == "malformed_upload"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 415),
        ("", 415),
        ("multipart/mixed; boundary=x", 415),
        ("multipart/form-data", 400),
        ('multipart/form-data; boundary=""', 400),
    ],
)
async def test_what_is_no_form_is_refused(
    client: httpx.AsyncClient, kind: str, status: int
) -> None:
    answered = await client.post("/upload", content=b"--x--", headers={"content-type": kind})
    assert answered.status_code == status
