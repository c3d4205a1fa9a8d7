from collections.abc import Sequence

from bridge.channel import Capabilities, MediaKind
from bridge.models import Attachment
from bridge.split import PlannedPart, plan_parts


def file(number: int, kind: MediaKind = "image") -> Attachment:
    return Attachment(
        id=number,
        public_id=f"{number:032x}",
        message_id=None,
        identity_id=None,
        agent_id=None,
        owner="agent:anna",
        sha256="",
        name=f"фото {number}.png",
        mime="image/png",
        kind=kind,
        size=1,
        width=None,
        height=None,
        state="ready",
        size_limit=None,
        fetch_ref=None,
        fetch_key=None,
        created_at=0,
        role="attachment",
    )


def planned(text: str, count: int, capabilities: Capabilities) -> list[tuple[str, list[int]]]:
    parts = plan_parts(text, [file(n) for n in range(count)], capabilities)
    return [shown(part) for part in parts]


def shown(part: PlannedPart) -> tuple[str, list[int]]:
    return part.text, [one.id for one in part.media]


ALBUMS = Capabilities(albums=True, max_text=20, max_caption=10)
SINGLES = Capabilities(max_text=20, max_caption=0)


def test_a_text_alone_is_one_part() -> None:
    assert planned("привет", 0, ALBUMS) == [("привет", [])]


def test_nothing_is_no_part() -> None:
    assert planned(" ", 0, ALBUMS) == []


def test_d19_several_files_go_in_one_album_with_the_text_beside_them() -> None:
    assert planned("привет", 3, ALBUMS) == [("привет", [0, 1, 2])]


def test_d19_files_go_one_by_one_in_order_where_there_are_no_albums() -> None:
    assert planned("привет", 3, SINGLES) == [("привет", []), ("", [0]), ("", [1]), ("", [2])]


def test_a_text_too_long_for_a_caption_goes_first() -> None:
    assert planned("привет, Анна", 2, ALBUMS) == [("привет, Анна", []), ("", [0, 1])]


def test_a_text_too_long_for_a_part_is_split_and_the_files_follow() -> None:
    assert planned("один два три четыре пять", 1, ALBUMS) == [
        ("один два три четыре", []),
        ("пять", []),
        ("", [0]),
    ]


def test_an_album_takes_ten_files() -> None:
    assert planned("", 12, ALBUMS) == [("", list(range(10))), ("", [10, 11])]


def test_a_network_without_limits_takes_all_of_it_at_once() -> None:
    text = "слово " * 5_000
    assert planned(text, 4, Capabilities(albums=True)) == [(text, [0, 1, 2, 3])]


def test_space_beside_a_file_is_no_caption() -> None:
    assert planned(" \n", 1, SINGLES) == [("", [0])]


def test_every_file_goes_exactly_once_whatever_its_kind() -> None:
    kinds: Sequence[MediaKind] = ("image", "file", "voice", "video", "audio", "sticker")
    files = [file(number, kind) for number, kind in enumerate(kinds)]
    for capabilities in (ALBUMS, SINGLES, Capabilities()):
        parts = plan_parts("да", files, capabilities)
        assert [one for part in parts for one in part.media] == files
