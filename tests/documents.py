"""Documents that are tests: their code is run, and what it prints is compared with what they say.

A block of code is followed by a block ```text with what it prints, or by none when nothing is said
about it. In what is printed, `…` stands for anything within a line.
"""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 120
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_END = "--- end of block"


class Block(NamedTuple):
    """Code and what it should print; None: that is not said."""

    line: int
    language: str
    code: str
    printed: str | None


def blocks(path: Path, replace: Mapping[str, str]) -> list[Block]:
    """The blocks of a document, with an address or a ledger of its own in place of those it names."""
    text = path.read_text("utf-8")
    found = list(_BLOCK.finditer(text))
    result = []
    for number, match in enumerate(found):
        language, code = match[1], match[2]
        if language in ("", "text", "mermaid"):
            continue
        following = found[number + 1] if number + 1 < len(found) else None
        printed = following[2] if following and following[1] == "text" else None
        line = text.count("\n", 0, match.start()) + 2
        for old, new in replace.items():
            code = code.replace(old, new)
            printed = printed and printed.replace(old, new)
        result.append(Block(line, language, code, printed))
    return result


def differences(path: Path, done: Iterator[tuple[Block, str]]) -> Iterator[str]:
    """What a document says wrongly, with the line of the code."""
    for block, printed in done:
        if block.printed is not None and not matches(block.printed, printed):
            yield f"{path.name}:{block.line} should print\n{block.printed}but printed\n{printed}"


def matches(expected: str, printed: str) -> bool:
    """Whether lines are those expected, spaces at their ends aside."""
    pattern = re.escape(_trimmed(expected)).replace("…", "[^\n]*")
    return re.fullmatch(pattern, _trimmed(printed)) is not None


def run_python(document: list[Block]) -> Iterator[tuple[Block, str]]:
    """Run blocks one after another, as one program."""
    names: dict[str, object] = {"__name__": "document"}
    for block in document:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            code = compile("\n" * (block.line - 1) + block.code, f"block at line {block.line}", "exec")
            exec(code, names)
        yield block, printed.getvalue()


def run_shell(document: list[Block], directory: Path = ROOT) -> Iterator[tuple[Block, str]]:
    """Run blocks one after another in one shell, as a reader would paste them."""
    script = "".join(f"{block.code}\necho '{_END}'\n" for block in document)
    done = subprocess.run(
        ["bash"], input=script, cwd=directory, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    printed = done.stdout.split(f"{_END}\n")[:-1]
    assert len(printed) == len(document), done.stdout + done.stderr
    yield from zip(document, printed, strict=True)


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())
