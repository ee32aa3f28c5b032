"""Whose turn it is, with one worker and jobs that take what was predicted."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from engine.queue.fairness import LAST_PRIORITY, Entry, Turn, next_turn, priority_of, weight_of


@dataclass
class Queue:
    """Jobs of owners, one after the other, in the order that the store would have them."""

    jobs: dict[str, tuple[str, Entry]] = field(default_factory=dict)
    over: list[tuple[str, Entry]] = field(default_factory=list)
    served: list[tuple[str, float]] = field(default_factory=list)
    submitted: int = 0

    def submit(self, owner: str, seconds: float, weight: float = 1) -> str:
        self.submitted += 1
        name = f"{owner}{self.submitted}"
        opened = [entry for _, entry in self.jobs.values()]
        own = [entry for who, entry in (*self.jobs.values(), *self.over) if who == owner]
        turn = next_turn(name, opened, own, weight, seconds=seconds, model="m", work=1.0)
        priority = priority_of(turn, opened)
        self.jobs[name] = owner, Entry(priority, False, turn)
        return name

    def waiting(self) -> list[str]:
        names = [name for name, (_, entry) in self.jobs.items() if not entry.running]
        return sorted(names, key=lambda name: self.jobs[name][1].priority)

    def start(self) -> str:
        name = self.waiting()[0]
        owner, entry = self.jobs[name]
        self.jobs[name] = owner, replace(entry, running=True)
        return name

    def finish(self, name: str) -> None:
        owner, entry = self.jobs.pop(name)
        assert entry.turn
        self.over.append((owner, entry))
        self.served.append((owner, entry.turn.seconds))

    def run(self) -> str:
        name = self.start()
        self.finish(name)
        return name


Costs = st.lists(st.integers(1, 600), min_size=1, max_size=25)


@given(Costs, Costs, st.lists(st.tuples(st.integers(0, 40), st.integers(1, 600)), max_size=10))
def test_of_two_who_wait_neither_is_served_more_by_more_than_the_longest_job_of_each(
    ann: Sequence[int], bob: Sequence[int], newcomers: Sequence[tuple[int, int]]
) -> None:
    queue = Queue()
    for seconds in ann:
        queue.submit("ann", seconds)
    for seconds in bob:
        queue.submit("bob", seconds)
    left, lead, leads = {"ann": len(ann), "bob": len(bob)}, 0.0, [0.0]
    while all(left.values()):
        for place, (_, seconds) in enumerate(newcomers):
            if newcomers[place][0] == len(queue.served):
                queue.submit(f"carl{place}-", seconds)
        queue.run()
        owner, seconds = queue.served[-1]
        lead += {"ann": seconds, "bob": -seconds}.get(owner, 0)
        leads.append(lead)
        if owner in left:
            left[owner] -= 1
    # Over any stretch of time, not only since the beginning.
    assert max(leads) - min(leads) <= max(ann) + max(bob)


@given(st.lists(st.integers(1, 600), min_size=1, max_size=60), st.integers(0, 20))
def test_a_newcomer_waits_for_no_more_than_what_runs_and_one_job_of_each_other(
    fifty: Sequence[int], served: int
) -> None:
    queue = Queue()
    for seconds in fifty:
        queue.submit("ann", seconds)
    for _ in range(min(served, len(fifty) - 1)):
        queue.run()
    running = queue.start()
    newcomer = queue.submit("bob", 10)
    queue.finish(running)
    assert queue.waiting().index(newcomer) == 0


def test_a_short_job_comes_before_the_rest_of_somebodys_fifty() -> None:
    queue = Queue()
    fifty = [queue.submit("ann", 60) for _ in range(50)]
    queue.finish(queue.start())
    running = queue.start()
    newcomer = queue.submit("bob", 5)
    queue.finish(running)
    assert running == fifty[1]
    assert queue.run() == newcomer
    assert queue.run() == fifty[2]


def test_one_who_sends_long_jobs_one_at_a_time_gets_no_more_than_one_who_sends_short_ones() -> None:
    queue = Queue()
    for _ in range(200):
        queue.submit("bob", 10)
    for _ in range(10):
        long = queue.submit("ann", 100)
        while queue.run() != long:
            pass
    seconds = {who: sum(s for owner, s in queue.served if owner == who) for who in ("ann", "bob")}
    assert abs(seconds["ann"] - seconds["bob"]) <= 110


def test_one_who_comes_late_is_not_paid_for_the_time_before() -> None:
    queue = Queue()
    ann = [queue.submit("ann", 10) for _ in range(20)]
    for _ in range(10):
        queue.run()
    bob = [queue.submit("bob", 10) for _ in range(3)]
    assert [queue.run() for _ in range(6)] == [ann[10], bob[0], ann[11], bob[1], ann[12], bob[2]]


def test_with_two_workers_time_is_where_the_later_job_began() -> None:
    queue = Queue()
    ann = [queue.submit("ann", 60) for _ in range(4)]
    running = [queue.start(), queue.start()]
    bob = [queue.submit("bob", 60) for _ in range(3)]
    assert running == ann[:2]
    assert [queue.start() for _ in range(4)] == [bob[0], ann[2], bob[1], ann[3]]


def test_a_job_that_left_the_queue_leaves_no_place_to_jump_into() -> None:
    queue = Queue()
    left, before = queue.submit("ann", 10), queue.submit("bob", 10)
    del queue.jobs[left]
    after = queue.submit("carl", 10)
    assert queue.waiting() == [before, after]


def test_jobs_of_one_user_and_jobs_that_come_together_go_in_the_order_they_came() -> None:
    queue = Queue()
    running = queue.submit("ann", 30)
    assert queue.start() == running
    names = [queue.submit(f"user{n}-", 10) for n in range(12)]
    more = [queue.submit("user0-", 10) for _ in range(3)]
    queue.finish(running)
    assert [queue.run() for _ in range(15)] == [*names, *more]


def test_four_times_the_weight_is_four_times_the_work() -> None:
    queue = Queue()
    for _ in range(100):
        queue.submit("ann", 10)
        queue.submit("boss", 10, weight=4)
    for _ in range(100):
        queue.run()
    of_the_boss = sum(owner == "boss" for owner, _ in queue.served)
    assert 78 <= of_the_boss <= 82


def test_the_first_pattern_that_fits_an_owner_tells_the_weight() -> None:
    weights = {"discord:home:7": 4.0, "discord:*": 0.5}
    assert weight_of("discord:home:7", weights) == 4
    assert weight_of("discord:home:8", weights) == 0.5
    assert weight_of("web::ann", weights) == 1


def test_turns_begin_anew_when_the_queue_has_run_empty() -> None:
    queue = Queue()
    for _ in range(3):
        queue.submit("ann", 500)
    for _ in range(3):
        queue.run()
    again = queue.submit("ann", 500)
    assert queue.jobs[again][1].priority == 1


def test_after_years_without_a_pause_jobs_still_have_a_turn() -> None:
    turn = Turn(period="p", start=3e8, seconds=1, weight=1, model="m", work=1)
    others = [Entry(LAST_PRIORITY, False, turn)]
    assert priority_of(turn, []) == priority_of(turn, others) == LAST_PRIORITY


def test_jobs_of_an_older_version_keep_their_order_among_new_ones() -> None:
    old = [Entry(priority, priority == 1, None) for priority in (1, 2, 3)]
    turn = next_turn("new", old, [], 1, seconds=9.0, model="m", work=1.0)
    assert turn.period == "new"
    assert priority_of(turn, old) > 3
