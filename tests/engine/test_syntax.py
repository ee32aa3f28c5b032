"""Many people's commands are read at once, each in a thread of its own."""

import ast
import gc
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.syntax import parse_expression, parse_module

SOURCE = ("def f(a, b=1):\n    return [a + b, {'c': (a, b)}]\n" * 4000).encode()


@pytest.fixture
def threads_that_interrupt_each_other():
    """Lets go of the interpreter whenever memory is collected, as finalizers in a busy bot do."""

    def pause(*_):
        time.sleep(1e-4)

    gc.callbacks.append(pause)
    yield
    gc.callbacks.remove(pause)


@pytest.mark.usefixtures("threads_that_interrupt_each_other")
def test_files_are_parsed_by_many_threads_at_once():
    with ThreadPoolExecutor(8) as threads:
        trees = list(threads.map(parse_module, [SOURCE] * 16))
    assert all(len(tree.body) == 4000 for tree in trees)


@pytest.mark.usefixtures("threads_that_interrupt_each_other")
def test_formulas_are_parsed_while_files_are():
    with ThreadPoolExecutor(8) as threads:
        files = [threads.submit(parse_module, SOURCE) for _ in range(4)]
        formulas = list(threads.map(parse_expression, ["+".join("t" * 100)] * 200))
    assert all(isinstance(formula, ast.BinOp) for formula in formulas)
    assert all(file.result() for file in files)
