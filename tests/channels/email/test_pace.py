"""How long a folder is left alone between two looks."""

from channels.email.pace import SOON, Pace


def test_after_a_mail_it_is_looked_soon_and_then_ever_less_often() -> None:
    pace = Pace(60.0)
    waits = [pace.listen]
    for took in (False, False, False, False, False, False, True):
        pace.looked(took=took, told=False)
        waits.append(pace.listen)
    assert waits == [SOON, 4, 8, 16, 32, 60, 60, SOON]


def test_who_is_to_ask_more_often_does() -> None:
    pace = Pace(0.5)
    pace.looked(took=True, told=True)
    assert pace.listen == 0.5


def test_news_that_is_none_again_and_again_earns_the_server_a_rest() -> None:
    pace = Pace(60.0)
    rests = []
    for _ in range(8):
        pace.looked(took=False, told=True)
        rests.append(pace.rest)
    assert rests == [0, 0.5, 2, 4.5, 8, 10, 10, 10]
    pace.looked(took=True, told=True)
    assert pace.rest == 0
