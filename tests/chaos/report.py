"""What a run of chaos was like, in a few lines."""

from collections.abc import Sequence

from tests.chaos.findings import drawn
from tests.chaos.misfortune import Toll
from tests.chaos.service import Service
from tests.chaos.users import Book


def report(
    book: Book, toll: Toll, service: Service, seconds: float, problems: Sequence[str]
) -> str:
    """The figures, and every problem."""
    counts = drawn(service.place).values()
    jobs = [job for jobs in service.jobs.values() for job in jobs]
    finished = sum(job.status == "SUCCESS" for job in jobs)
    kills = ", ".join(f"{who} {count}" for who, count in sorted(toll.kills.items()))
    lines = [
        f"{toll.kills.total()} processes killed in {seconds:.0f} s ({kills}); "
        f"{toll.worker_ends - toll.killed_workers} more workers ended with their bot",
        f"{len(jobs)} jobs accepted, {finished} finished, {len(service.channel.results())} shown; "
        f"{len(book.sent) - len(jobs)} commands lost before they were accepted",
        f"{sum(count.needed for count in counts)} segments drawn, "
        f"{sum(count.again for count in counts)} of them once more; "
        f"{sum(count.begun - 1 for count in counts)} renders gone on with",
        *(f"PROBLEM: {problem}" for problem in problems),
    ]
    return "\n".join(lines)
