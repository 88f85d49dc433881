"""What the tests share: pytester, and pages written for a test."""

from collections.abc import Callable
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

HEAD = '''"""{title}

Source      Nowhere, 000000
{fields}"""

from sympy import Eq, Function, Gt, Lt, Ne, Rational, symbols

from theory.propositions import Undefined, equal
from verify import *

page = Page(__doc__)
n = symbols("n", integer=True, positive=True)
x, y = symbols("x y", real=True)
'''


@pytest.fixture
def write_page(tmp_path: Path) -> Callable[..., Path]:
    """Write a page: body after the usual head; returns its path."""

    def write(
        body: str,
        name: str = "claim_1",
        title: str = "Claim 1: a sentence.",
        fields: str = "",
        folder: Path | None = None,
    ) -> Path:
        path = (folder or tmp_path) / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEAD.format(title=title, fields=fields) + body, encoding="utf-8")
        return path

    return write
