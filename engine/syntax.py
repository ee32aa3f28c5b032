"""Python source as a syntax tree, by one thread at a time.

CPython counts the depth of a tree under construction in one place for all threads: two that parse
at once can disturb each other with a SystemError (https://github.com/python/cpython/issues/106905).
"""

import ast
from threading import Lock

_ONE_AT_A_TIME = Lock()


def parse_module(source: bytes) -> ast.Module:
    """The tree of a Python file; errors as `ast.parse`'s own."""
    with _ONE_AT_A_TIME:
        return ast.parse(source)


def parse_expression(text: str) -> ast.expr:
    """The tree of a single expression; errors as `ast.parse`'s own."""
    with _ONE_AT_A_TIME:
        return ast.parse(text, mode="eval").body
