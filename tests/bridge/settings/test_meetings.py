"""The address of video meetings, and what customers are told of them."""

import pytest

from bridge.settings.sections.meetings import filled
from tests.bridge.settings.files import Desk

HEAD = "version: 1\n"


@pytest.mark.parametrize(
    "url",
    [
        "https://meet.example.com/{{token}}",
        "http://127.0.0.1:8443/rooms/shop-{{ token }}#config.startWithVideoMuted=true",
        "https://video.example.com/join?room={{token}}&lang=uk",
    ],
)
def test_r31_a_meeting_has_an_address_with_a_token(desk: Desk, url: str) -> None:
    meetings = desk.load(f"{HEAD}meetings: {{url: '{url}'}}\n").meetings

    assert meetings is not None
    assert meetings.url == url
    assert "{" not in filled(url, "abc")
    assert set(meetings.text.by_locale) == {"en", "ru", "uk", "es"}


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://meet.example.com/room", "bad_meeting_url"),
        ("meet.example.com/{{token}}", "bad_meeting_url"),
        ("javascript:alert({{token}})", "bad_meeting_url"),
        ("ftp://meet.example.com/{{token}}", "bad_meeting_url"),
        ("https://{{token}}.example.com/", "bad_meeting_url"),
        ("https://{{token}}", "bad_meeting_url"),
        ("https://me:secret@meet.example.com/{{token}}", "bad_meeting_url"),
        ("https://meet.example.com/a b/{{token}}", "bad_meeting_url"),
        ("https://meet.example.com/{{tokne}}", "unknown_variable"),
        ("https://meet.example.com/{{token", "unknown_variable"),
    ],
)
def test_r31_an_address_that_leads_everybody_to_one_room_or_nowhere_is_refused(
    desk: Desk, url: str, code: str
) -> None:
    problem = desk.problem(f"{HEAD}meetings: {{url: '{url}'}}\n")

    assert (problem.code, problem.path) == (code, "meetings.url")


@pytest.mark.parametrize(
    ("text", "code"), [("Come in!", "bad_text"), ("Come: {{link}}", "unknown_variable")]
)
def test_words_without_the_link_are_refused(desk: Desk, text: str, code: str) -> None:
    url = "https://meet.example.com/{{token}}"
    written = f"{HEAD}meetings: {{url: '{url}', text: {{en: '{text}'}}}}\n"

    problem = desk.problem(written)

    assert (problem.code, problem.path) == (code, "meetings.text.en")
