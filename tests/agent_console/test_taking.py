"""Who answers: taking, releasing, handing over, taking part."""

import asyncio

from tests.agent_console.office import Agent, Office


async def test_d11_of_two_agents_who_take_at_once_one_wins_and_the_other_sees_who(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    path = f"/api/conversations/{conversation}/take"

    answers = await asyncio.gather(anna.ask("POST", path, {}), pavel.ask("POST", path, {}))

    (won,) = [one for one in answers if one.status_code == 200]
    (lost,) = [one for one in answers if one.status_code != 200]
    winner = won.json()["row"]["conversation"]["assignee"]
    assert lost.status_code == 409
    error = lost.json()["error"]
    assert error["code"] == "taken"
    names = {"anna": "Анна Коваль", "pavel": "Павел"}
    assert error["detail"] == {"agent": winner, "name": names[winner]}
