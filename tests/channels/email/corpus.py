"""Difficult mails, more than two hundred of them, each with what has to be read in it.

Built here from tables of what programs get wrong, so that nobody's letters lie in the tests.
"""

# What programs write is quoted as they write it, in one line.
# ruff: noqa: E501

import base64
import binascii
import quopri
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.channels.email.mails import attachment, leaf, mail, multipart, raw

RU = "Здравствуйте! Где мой заказ?"
UK = "Доброго дня! Де моє замовлення, ґанок і їжак?"
ES = "¿Dónde está mi pedido? Año nuevo."
JA = "ご注文はどこですか"


@dataclass(frozen=True, slots=True)
class Case:
    """One mail. Nothing is asked of what is `None`."""

    name: str
    raw: bytes
    text: str | None = None
    subject: str | None = None
    sender: str | None = "anna@example.net"
    sender_name: str | None = None
    files: Mapping[str, bytes] | None = None
    holds: tuple[str, ...] = field(default_factory=tuple)
    """What must stand somewhere in the text."""


def corpus() -> Iterator[Case]:
    """Yield them all."""
    for part in (
        _charsets,
        _lies,
        _transfers,
        _subjects,
        _names,
        _shapes,
        _files,
        _broken,
        _odd_heads,
    ):
        yield from part()


# --- characters ---

_DECLARED = {
    "utf-8": (RU, UK, ES, JA), "utf-16": (RU, JA), "koi8-r": (RU,), "koi8-u": (UK,),
    "windows-1251": (RU, UK), "cp866": (RU,), "iso-8859-5": (RU,), "x-mac-cyrillic": (RU,),
    "iso-8859-1": (ES,), "windows-1252": (ES,), "iso-8859-15": (ES,), "iso-2022-jp": (JA,),
    "shift_jis": (JA,), "euc-jp": (JA,), "gb2312": ("订单在哪里",), "big5": ("訂單在哪裡",),
    "euc-kr": ("주문은 어디에",), "iso-8859-8": ("שלום",), "windows-1255": ("שלום",),
    "windows-1256": ("مرحبا",), "iso-8859-2": ("Zażółć gęślą jaźń",), "utf-7": (ES,),
}  # fmt: skip
_PYTHON = {"x-mac-cyrillic": "mac-cyrillic"}


def _charsets() -> Iterator[Case]:
    for charset, texts in _DECLARED.items():
        for text in texts:
            data = text.encode(_PYTHON.get(charset, charset))
            for quoted in ("", '"', "'"):
                kind = f"text/plain; charset={quoted}{charset}{quoted}"
                yield Case(
                    f"declared {quoted}{charset}{quoted} {text[:6]}",
                    mail(
                        raw(f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n\n")
                        + base64.encodebytes(data)
                    ),
                    text=text,
                )


def _lies() -> Iterator[Case]:
    """What is declared is not what is there."""
    lies = [
        ("", "koi8-r", RU * 3), ("", "windows-1251", RU * 3), ("", "utf-8", RU), ("", "cp866", RU * 3),
        ("us-ascii", "koi8-r", RU * 3), ("us-ascii", "windows-1251", UK * 3), ("us-ascii", "utf-8", UK),
        ("iso-8859-1", "windows-1251", RU * 3), ("iso-8859-1", "koi8-r", RU * 3), ("iso-8859-1", "utf-8", ES),
        ("windows-1252", "windows-1251", UK * 3), ("utf-8", "windows-1251", RU * 3), ("utf-8", "koi8-r", RU * 3),
        ("utf-8", "iso-8859-1", ES), ("koi8-r", "utf-8", RU), ("x-unknown", "windows-1251", RU * 3),
        ("unknown-8bit", "utf-8", JA), ("cp-1251", "windows-1251", RU), ("windows1251", "windows-1251", RU),
        ("utf8mb4", "utf-8", JA), ("base64", "utf-8", RU), ("", "iso-2022-jp", JA), ("us-ascii", "iso-2022-jp", JA),
        ("iso-2022-jp", "utf-8", JA), ("utf-8\x00", "utf-8", RU), ("_iso-2022-jp$esc", "iso-2022-jp", JA),
        ("koi8r", "koi8-r", RU), ("win-1251", "windows-1251", UK),
    ]  # fmt: skip
    for declared, real, text in lies:
        # A declared set in which these bytes mean other letters cannot be seen through.
        told = None if (declared, real) == ("koi8-r", "utf-8") else text
        kind = f"text/plain; charset={declared}" if declared else "text/plain"
        yield Case(
            f"{declared or 'nothing'} over {real}",
            mail(
                raw(f"Content-Type: {kind}\nContent-Transfer-Encoding: 8bit\n\n", "latin-1")
                + text.encode(real)
            ),
            text=told,
        )


def _transfers() -> Iterator[Case]:
    data = UK.encode()
    encodings: list[tuple[str, bytes]] = [
        ("base64", base64.b64encode(data)),
        ("BASE64 ", base64.b64encode(data)),
        ("base64", base64.b64encode(data).rstrip(b"=")),
        ("base64", b"\r\n\t ".join(base64.b64encode(data)[at : at + 7] for at in range(0, 200, 7))),
        ("base64", base64.b64encode(data) + b"\r\n\r\n-- \r\n!!!"[:4]),
        ("quoted-printable", quopri.encodestring(data)),
        ("Quoted-Printable", quopri.encodestring(data).replace(b"=\n", b"= \r\n")),
        ("8bit", data), ("binary", data), ("7bit", data), ("", data), ("x-nothing", data),
        ("x-uuencode", _uu(data)),
    ]  # fmt: skip
    for number, (encoding, body) in enumerate(encodings):
        head = f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n"
        yield Case(f"transfer {number} {encoding}", mail(raw(head) + body), holds=("Доброго дня",))


def _uu(data: bytes) -> bytes:
    lines = [binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45)]
    return b"begin 644 text\n" + b"".join(lines) + b"`\nend\n"


# --- heads ---


def _b64(text: str, charset: str = "utf-8") -> str:
    return base64.b64encode(text.encode(charset)).decode()


def _subjects() -> Iterator[Case]:
    cut = base64.b64encode(RU.encode()[:9]).decode(), base64.b64encode(RU.encode()[9:]).decode()
    subjects: list[tuple[bytes, str]] = [
        (f"=?utf-8?B?{_b64(RU)}?=".encode(), RU),
        (f"=?UTF-8?b?{_b64(RU)}?=".encode(), RU),
        (f"=?utf-8?B?{cut[0]}?= =?utf-8?B?{cut[1]}?=".encode(), RU),
        (f"=?utf-8?B?{cut[0]}?=\r\n =?utf-8?B?{cut[1]}?=".encode(), RU),
        (f"=?koi8-r?B?{_b64(RU, 'koi8-r')}?=".encode(), RU),
        (f"=?windows-1251?B?{_b64(UK, 'cp1251')}?=".encode(), UK),
        (f"=?cp-1251?B?{_b64(RU, 'cp1251')}?=".encode(), RU),
        (f"=?x-unknown?B?{_b64(RU, 'cp1251')}?=".encode(), RU),
        (f"=?iso-2022-jp?B?{_b64(JA, 'iso-2022-jp')}?=".encode(), JA),
        (f"=?utf-8*ru?B?{_b64(RU)}?=".encode(), RU),
        (b"=?utf-8?Q?=D0=9F=D1=80=D0=B8=D0=B2=D1=96=D1=82?=", "Привіт"),
        (b"=?utf-8?q?=D0=9F=D1=80=D0=B8=D0=B2=D1=96=D1=82_=3D?= rest", "Привіт = rest"),
        (b"=?iso-8859-1?Q?A=F1o_nuevo?=", "Año nuevo"),
        (b"Re: =?utf-8?B?" + _b64(UK).encode() + b"?=", f"Re: {UK}"),
        (b"[x] =?utf-8?Q?a?= b =?utf-8?Q?c?=", "[x] a b c"),
        (b"=?utf-8?B?0J_RgNC40LLRltGC?=", None),  # type: ignore[list-item]  # Base64 of another alphabet.
        (b"=?utf-8?B?broken", "=?utf-8?B?broken"),
        (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        (RU.encode(), RU),
        ((RU * 2).encode("koi8-r"), RU * 2),
        ((RU * 2).encode("cp1251"), RU * 2),
        (b"  spaces \t all   over  ", "spaces all over"),
        (b"", ""),
        (b"a" * 5000, "a" * 2000),
        (b"tab\tand\x00nul\x7f", "tab andnul"),
        ("\u202egpj.exe".encode(), "gpj.exe"),
    ]
    for number, (value, subject) in enumerate(subjects):
        whole = raw("From: anna@example.net\nTo: help@example.com\n") + b"Subject: " + value
        yield Case(f"subject {number}", whole + b"\r\n\r\nHello", text="Hello", subject=subject)


def _names() -> Iterator[Case]:
    name = base64.b64encode("Анна Коваль".encode()).decode()
    senders: list[tuple[str, str | None, str | None]] = [
        ("anna@example.net", "anna@example.net", ""),
        ("<anna@example.net>", "anna@example.net", ""),
        ("Anna <anna@example.net>", "anna@example.net", "Anna"),
        ("Anna<anna@example.net>", "anna@example.net", "Anna"),
        ('"Коваль, Анна" <anna@example.net>', "anna@example.net", "Коваль, Анна"),
        (f"=?utf-8?B?{name}?= <anna@example.net>", "anna@example.net", "Анна Коваль"),
        (f'"=?utf-8?B?{name}?=" <anna@example.net>', "anna@example.net", "Анна Коваль"),
        ("ANNA@EXAMPLE.NET", "anna@example.net", ""),
        ("anna@example.net (Anna)", "anna@example.net", ""),
        ("(x (y)) anna@example.net", "anna@example.net", ""),
        ('"a@evil.example" <anna@example.net>', "anna@example.net", "a@evil.example"),
        ("boss@example.com <anna@example.net>", "anna@example.net", "boss@example.com"),
        ("<anna@example.net> <boss@example.com>", "anna@example.net", ""),
        ("anna@example.net, boss@example.com", "anna@example.net", ""),
        ("Group: anna@example.net;", "anna@example.net", ""),
        ("Анна <anna@почта.рф>", "anna@xn--80a1acny.xn--p1ai", "Анна"),
        ('"A \\"B\\"" <anna@example.net>', "anna@example.net", 'A "B'),
        ("anna@example.net\u200b", None, None),
        ("undisclosed-recipients:;", None, None),
        ("Anna <>", None, None),
        ("anna", None, None),
        ("anna@", None, None),
        ("@example.net", None, None),
        ("anna@@example.net", None, None),
        ("anna@exa mple.net", None, None),
        ("alice@example.org)bob@evil.example", "alice@example.org)bob@evil.example", None),
    ]
    for number, (value, sender, shown) in enumerate(senders):
        known = None if sender and ")" in sender else sender
        yield Case(
            f"sender {number}", raw(f"From: {value}\nTo: help@example.com\n\nHello"),
            sender=known, sender_name=shown,
        )  # fmt: skip


# --- shapes ---


def _shapes() -> Iterator[Case]:
    plain, rich = leaf(UK), leaf(f"<p>{UK}</p>", "text/html")
    yield Case("only html", mail(rich), text=UK)
    yield Case("alternative", mail(multipart("alternative", plain, rich)), text=UK)
    yield Case("html first", mail(multipart("alternative", rich, plain)), text=UK)
    yield Case("empty plain", mail(multipart("alternative", leaf(" \n"), rich)), text=UK)
    yield Case(
        "mixed of two texts", mail(multipart("mixed", plain, leaf("P.S."))), text=f"{UK}\n\nP.S."
    )
    yield Case("one part", mail(multipart("mixed", plain)), text=UK)
    related = multipart("related", rich, _picture())
    yield Case("related", mail(related), text=UK, files={"p.png": b"png"})
    whole = multipart("mixed", multipart("alternative", plain, related), attachment("a.txt", b"x"))
    yield Case(
        "mixed of alternative of related",
        mail(whole),
        text=UK,
        files={"p.png": b"png", "a.txt": b"x"},
    )
    forwarded = raw(f"From: bob@example.org\nSubject: inner\nDate: Mon, 1 Jan 2024\n\n{ES}")
    message = raw("Content-Type: message/rfc822\n\n") + forwarded
    yield Case(
        "forwarded",
        mail(multipart("mixed", plain, message)),
        holds=(UK, ES, "bob@example.org", "inner"),
    )
    encoded = raw(
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
    ) + base64.encodebytes(forwarded)
    yield Case("forwarded in base64", mail(multipart("mixed", plain, encoded)), holds=(UK, ES))
    yield Case("digest", mail(multipart("digest", raw("\n") + forwarded)), holds=(ES,))
    signed = multipart(
        "signed", plain, attachment("smime.p7s", b"x", "application/pkcs7-signature")
    )
    yield Case("signed", mail(signed), text=UK, files={})
    invite = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Зустріч\\, важлива\nDTSTART:20261101T100000Z\nDTEND:20261101T110000Z\nLOCATION:Київ\nEND:VEVENT\nEND:VCALENDAR\n"
    calendar = leaf(invite, "text/calendar")
    line = "📅 Зустріч, важлива, 2026-11-01 10:00 UTC – 10:00 UTC".replace("– 10", "– 11")
    yield Case("invitation", mail(multipart("mixed", plain, calendar)), holds=(UK, line, "Київ"))
    yield Case(
        "invitation beside text", mail(multipart("alternative", plain, calendar)), holds=(UK, line)
    )
    flowed = raw(
        "Content-Type: text/plain; format=flowed\n\nThis is one \nline.\n\nAnd another.\n -- \n"
    )
    yield Case("flowed", mail(flowed), holds=("This is one line.\n\nAnd another.",))
    delsp = raw(
        "Content-Type: text/plain; format=flowed; delsp=yes; charset=utf-8\n\n注文 \nです\n"
    )
    yield Case("flowed without spaces", mail(delsp), text="注文です")
    deep = plain
    for _ in range(12):
        deep = multipart("mixed", deep)
    yield Case("twelve deep", mail(deep), text=UK)


def _picture(name: str = "p.png") -> bytes:
    head = f'Content-Disposition: inline; filename="{name}"\nContent-ID: <pic@1>\n'
    return leaf(b"png", "image/png", head=head)


def _files() -> Iterator[Case]:
    plain = leaf("see below")
    names = [
        ('filename="a b.txt"', "a b.txt"), ("filename=a.txt", "a.txt"), ("filename*=utf-8''%D0%90.txt", "А.txt"),
        ("filename*0*=utf-8''%D0%90; filename*1=b.txt", "Аb.txt"), ('filename="=?utf-8?B?0JAudHh0?="', "А.txt"),
        ("filename==?utf-8?B?0JAudHh0?=", "А.txt"), ('filename="../../etc/passwd"', "../../etc/passwd"),
        ('filename="a\\"b.txt"', 'a"b.txt'), ("filename*=nonsense''x", None), ('filename=""', None),
        ('filename="рахунок.pdf"', "рахунок.pdf"), ('filename="a;b.txt"', "a;b.txt"),
    ]  # fmt: skip
    for number, (parameter, name) in enumerate(names):
        head = f"Content-Type: application/octet-stream\nContent-Disposition: attachment; {parameter}\n\nx"
        files = {name: b"x"} if name else None
        yield Case(
            f"file {number}",
            mail(multipart("mixed", plain, raw(head))),
            text="see below",
            files=files,
        )
    named = raw("Content-Type: image/png; name=only.png\n\nx")
    yield Case(
        "named by its type", mail(multipart("mixed", plain, named)), files={"only.png": b"x"}
    )
    nameless = raw("Content-Type: application/pdf\n\nx")
    yield Case("nameless", mail(multipart("mixed", plain, nameless)), files={"file-1.pdf": b"x"})
    text = attachment("notes.txt", UK.encode(), "text/plain")
    yield Case(
        "a text as a file",
        mail(multipart("mixed", plain, text)),
        text="see below",
        files={"notes.txt": UK.encode()},
    )
    yield Case(
        "only a file",
        mail(attachment("a.pdf", b"x", "application/pdf")),
        text="",
        files={"a.pdf": b"x"},
    )
    packed = attachment(
        "winmail.dat", tnef("Рахунок.txt", b"inside", "Hello from Outlook"), "application/ms-tnef"
    )
    yield Case(
        "winmail.dat",
        mail(multipart("mixed", plain, packed)),
        text="see below",
        files={"Рахунок.txt": b"inside"},
    )
    yield Case(
        "winmail.dat alone",
        mail(packed),
        text="Hello from Outlook",
        files={"Рахунок.txt": b"inside"},
    )
    broken = attachment("winmail.dat", b"\x78\x9f\x3e\x22" + bytes(20), "application/ms-tnef")
    yield Case("a broken winmail.dat", mail(multipart("mixed", plain, broken)), text="see below")


def tnef(name: str, content: bytes, body: str) -> bytes:
    """Return what Outlook packs a file and a text into."""

    def item(level: int, attribute: int, data: bytes) -> bytes:
        return (
            struct.pack("<BII", level, attribute, len(data))
            + data
            + struct.pack("<H", sum(data) % 65536)
        )

    return b"".join([
        struct.pack("<IH", 0x223E9F78, 1),
        item(1, 0x00089006, struct.pack("<I", 0x10000)),
        item(1, 0x00069007, struct.pack("<II", 1251, 0)),
        item(1, 0x0002800C, body.encode()),
        item(2, 0x00069002, bytes(14)),
        item(2, 0x00018010, name.encode() + b"\0"),
        item(2, 0x0006800F, content),
    ])  # fmt: skip


# --- what is broken ---


def _broken() -> Iterator[Case]:
    plain = leaf(UK)
    whole = multipart("mixed", plain, attachment("a.txt", b"abc"), boundary="edge")
    yield Case("cut after the first part", mail(whole[: whole.index(b"a.txt") - 60]), text=UK)
    yield Case("no last boundary", mail(whole.replace(b"--edge--", b"")), text=UK)
    yield Case(
        "no boundary at all", mail(raw("Content-Type: multipart/mixed\n\nHello")), text="Hello"
    )
    yield Case(
        "a boundary that never comes",
        mail(raw("Content-Type: multipart/mixed; boundary=x\n\nHello")),
        text="Hello",
    )
    yield Case(
        "a preamble",
        mail(whole.replace(b"\r\n--edge\r\n", b"\r\nThis is MIME.\r\n--edge\r\n", 1)),
        text=UK,
    )
    yield Case("after the end", mail(whole + b"\r\nvirus checked\r\n"), text=UK)
    yield Case(
        "bare line feeds", mail(whole).replace(b"\r\n", b"\n"), text=UK, files={"a.txt": b"abc"}
    )
    yield Case(
        "boundary with spaces", mail(whole.replace(b"--edge\r\n", b"--edge \t\r\n")), text=UK
    )
    yield Case(
        "boundary of signs", mail(multipart("mixed", plain, boundary="=_(.*)+?[x]")), text=UK
    )
    yield Case("empty parts", mail(multipart("mixed", b"", b"\r\n", plain)), text=UK)
    yield Case("no type that is one", mail(raw("Content-Type: text\n\nHello")), text="Hello")
    yield Case(
        "two types",
        mail(raw("Content-Type: text/plain\nContent-Type: text/html\n\nHello")),
        text="Hello",
    )
    yield Case(
        "type in a comment", mail(raw("Content-Type: (x) text/plain\n\nHello")), text="Hello"
    )
    yield Case("nuls", mail(raw("Content-Type: text/plain\n\na\x00b")), text="ab")
    yield Case(
        "a lone surrogate",
        mail(raw("Content-Type: text/plain; charset=utf-8\n\n") + b"a\xed\xa0\x80b"),
        holds=("a", "b"),
    )
    yield Case(
        "same boundary inside",
        mail(multipart("mixed", multipart("mixed", plain, boundary="edge"), boundary="edge")),
    )
    yield Case(
        "an image that says text",
        mail(
            raw(
                "Content-Type: text/plain\nContent-Disposition: attachment; filename=x.png\n\n\x89PNG",
                "latin-1",
            )
        ),
        files={"x.png": b"\x89PNG"},
    )


def _odd_heads() -> Iterator[Case]:
    yield Case(
        "mbox line first",
        b"From anna Mon Jan 1\r\n" + raw("From: anna@example.net\n\nHello"),
        text="Hello",
    )
    yield Case(
        "a line that is no field",
        raw("From: anna@example.net\nwhat is this\nSubject: s\n\nHello"),
        text="Hello",
        subject="s",
    )
    yield Case(
        "space before the colon",
        raw("From : anna@example.net\nSubject : s\n\nHello"),
        text="Hello",
        subject="s",
    )
    yield Case(
        "lower case", raw("from: anna@example.net\nsubject: s\n\nHello"), text="Hello", subject="s"
    )
    yield Case(
        "folded with tabs",
        raw("From: Anna\n\t<anna@example.net>\nSubject: a\n\tb\n\nHello"),
        subject="a b",
    )
    yield Case(
        "no body", raw("From: anna@example.net\nSubject: only this\n"), text="", subject="only this"
    )
    yield Case("no blank line", raw("From: anna@example.net\nSubject: s"), text="", subject="s")
    yield Case("two From fields", raw("From: anna@example.net\nFrom: boss@example.com\n\nHello"))
    yield Case(
        "two subjects",
        raw("From: anna@example.net\nSubject: one\nSubject: two\n\nHello"),
        subject="one",
    )
    yield Case(
        "carriage returns only",
        raw("From: anna@example.net\n\nHello").replace(b"\r\n", b"\r"),
        sender="anna@example.net",
    )
    yield Case("no From", raw("To: help@example.com\n\nHello"), sender=None)
    yield Case("nothing", b"", sender=None)
    yield Case("noise", bytes(range(256)) * 4, sender=None)
    yield Case("a body without a head", b"\r\nHello", sender=None)
    long = ", ".join(f"<r{n}@example.net>" for n in range(500))
    yield Case("500 recipients", raw(f"From: anna@example.net\nTo: {long}\n\nHello"), text="Hello")
    yield Case(
        "2,500 fields",
        raw("From: anna@example.net\n" + "X-A: b\n" * 2500 + "\nHello"),
        text="Hello",
    )
