"""The durable queue of renders over DBOS Transact: jobs survive every process that touches them.

A job is a DBOS workflow under its request's id. Its `Started` and `FrameDone` events are the
workflow's stream, its ending is the workflow's outcome, so that there is always exactly one. No
torch here: the worker's process gets its render function handed in.
"""

from engine.queue.admission import Terms
from engine.queue.janitor import Janitor
from engine.queue.jobs import JobQueue
from engine.queue.rendering import RenderFunction
from engine.queue.standing import Standing
from engine.queue.worker import run_worker

__all__ = ["Janitor", "JobQueue", "RenderFunction", "Standing", "Terms", "run_worker"]
