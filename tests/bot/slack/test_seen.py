from bot.slack.seen import Seen


def test_a_delivery_is_new_once() -> None:
    seen = Seen()
    assert seen.claim(("T1", "C1", "1.0"))
    assert not seen.claim(("T1", "C1", "1.0"))
    assert seen.claim(("T2", "C1", "1.0"))


def test_only_the_latest_deliveries_are_remembered() -> None:
    seen = Seen(size=3)
    assert all(seen.claim(number) for number in range(4))
    assert not seen.claim(1)
    assert seen.claim(0)
