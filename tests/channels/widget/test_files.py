"""Files of a message: as large as allowed, several at once, and whose they are."""

import pytest

from tests.channels.widget.desk import Desk, Visitor, failure


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.open()
    return desk


@pytest.fixture
async def visitor(desk: Desk) -> Visitor:
    return await desk.visitor()


async def test_d20_a_file_of_exactly_the_limit_passes_and_one_byte_more_is_refused(
    desk: Desk, visitor: Visitor
) -> None:
    exact = await visitor.upload(b"a" * 4096)
    more = await visitor.upload(b"a" * 4097)
    assert exact.status_code == 201
    assert more.status_code == 413
    assert failure(more)["detail"] == {"limit": 4096}
    assert list(desk.media.files.values()) == [b"a" * 4096]


async def test_d19_several_files_go_with_one_message_in_their_order(
    desk: Desk, visitor: Visitor
) -> None:
    ids = [(await visitor.upload(bytes([n]) * 9)).json()["id"] for n in (3, 1, 2)]
    answered = await visitor.write("", uploads=ids)
    assert answered.status_code == 201
    assert [one.stored for one in desk.core.messages[0].media] == ids
    assert [one["id"] for one in answered.json()["message"]["attachments"]] == ids


async def test_a_file_belongs_to_the_visitor_who_uploaded_it(desk: Desk, visitor: Visitor) -> None:
    answered = await visitor.upload(b"data", "Чек 🧾.pdf")
    view = answered.json()
    assert desk.media.owners[view["id"]] == f"visitor:site/{visitor.customer}"
    assert view["name"] == "Чек 🧾.pdf"
    assert "sig=" in view["url"]


async def test_a_file_that_is_not_taken_is_415(desk: Desk, visitor: Visitor) -> None:
    desk.media.refuse = True
    answered = await visitor.upload(b"<svg/>")
    assert answered.status_code == 415
    assert failure(answered)["code"] == "type_refused"


async def test_eleven_files_in_one_message_are_refused(visitor: Visitor) -> None:
    answered = await visitor.write("many", uploads=[f"{n:032x}" for n in range(11)])
    assert answered.status_code == 400
