"""Who asks: owners of jobs and sessions, as `platform:tenant:user`."""

# Where a user has the same name in every tenant: one person in all of a chat's servers.
_ONE_NAME_EVERYWHERE = ("discord",)


def person(owner: str) -> str:
    """What is the same for all owners that are one person."""
    platform, _, there = owner.partition(":")
    if platform in _ONE_NAME_EVERYWHERE:
        return f"{platform}::{there.partition(':')[2]}"
    return owner


def same_person(a: str, b: str) -> bool:
    """Whether two owners are one person, so that one may do with the other's what is theirs."""
    return person(a) == person(b)
