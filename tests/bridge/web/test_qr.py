"""QR codes: what is drawn is what a phone reads."""

import pytest
import segno

from bridge.web import qr
from tests.qr import decoded, matrix_of

LINKS = [
    "https://t.me/shop_bot?start=go_" + "Az09_-x" * 6 + "b",
    "https://vk.me/club123456?ref=go_" + "k" * 43,
    "viber://pa?chatURI=shop&context=go_" + "-" * 43,
    "https://t.me/" + "long_name_of_a_bot_that_is_32_ok" + "?start=go_" + "Q" * 43,
    "otpauth://totp/Deskbridge%20desk.example.com:pavel?secret="
    + "GEZDGNBVGY3TQOJQ" * 2
    + "&issuer=Deskbridge",
    "x",
]


@pytest.mark.parametrize("link", LINKS)
def test_r56_what_is_drawn_reads_as_the_link(link: str) -> None:
    drawn = qr(link)
    assert decoded({"size": drawn.size, "path": drawn.path}) == link


@pytest.mark.parametrize("link", LINKS)
def test_every_square_is_where_the_code_has_it(link: str) -> None:
    drawn = qr(link)
    matrix = segno.make(link, error="m", micro=False).matrix
    assert matrix_of(drawn.size, drawn.path) == [[bool(one) for one in row] for row in matrix]


def test_another_text_draws_another_code() -> None:
    assert qr("https://t.me/a").path != qr("https://t.me/b").path


def test_a_drawing_is_small_enough_to_be_sent_with_the_link() -> None:
    assert len(qr(LINKS[3]).path) < 12_000
