"""Who is the same person in another place."""

import pytest

from engine.owners import same_person


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("discord:1:7", "discord:1:7", True),
        ("discord:1:7", "discord:2:7", True),
        ("discord:1:7", "discord:dm:7", True),
        ("discord:1:7", "discord:1:8", False),
        ("discord:7:1", "discord:1:7", False),
        ("slack:T1:U7", "slack:T1:U7", True),
        ("slack:T1:U7", "slack:T2:U7", False),
        ("web:here:7", "discord:here:7", False),
        ("web::ann", "web:ann:", False),
    ],
)
def test_a_person_is_the_same_in_every_server_of_discord_and_elsewhere_in_one_place(a, b, same):
    assert same_person(a, b) is same
    assert same_person(b, a) is same
