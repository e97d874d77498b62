"""Rules about the code itself: sizes, names, words, rights, and what must not be in the repository.

They run in a few seconds, need no database, and name the file and line to look at.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import ledger
from ledger.operation.reference import reference

ROOT = Path(__file__).resolve().parent.parent

MODULE_LINES_MAX = 400
TEST_MODULE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70

PRODUCT = ("ledger", "projections")
VAGUE_NAMES = {"common", "helper", "helpers", "misc", "util", "utils"}
CODE_SUFFIXES = {".proto", ".py", ".sh", ".sql", ".toml", ".yaml", ".yml"}

GENERATED = {"requirements.lock", "ledger/client/methods.py"}

# The brackets keep this file from finding itself.
BANNED_WORDS = re.compile(r"\b(FIX[M]E|TO[D]O|X[X]X)\b")
MACHINE_PATH = re.compile(r"(?<![\w.:/*-])/(work|root|home)/")
REGISTRY_LINK = re.compile(
    r"https?://[^\s/]*("
    r"pypi\.org|pythonhosted\.org|npmjs\.(org|com)|crates\.io|rubygems\.org|proxy\.golang\.org"
    r")"
)


@cache
def repository_files() -> list[Path]:
    """Every file that is tracked or about to be; without git, every file outside hidden folders."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
        paths = [ROOT / name.decode() for name in listed.split(b"\0") if name]
    except (OSError, subprocess.CalledProcessError):
        hidden = re.compile(r"(^|/)(\.(?!ci/|git(ignore|attributes)$)|__pycache__/)")
        paths = [path for path in ROOT.rglob("*") if not hidden.search(relative(path))]
    return sorted(path for path in paths if path.is_file())


@cache
def text(path: Path) -> str:
    """Content of a text file; nothing for a binary one."""
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """Syntax tree of a Python file."""
    return ast.parse(text(path), filename=str(path))


def relative(path: Path) -> str:
    """Path as a reader of the repository would write it."""
    return path.relative_to(ROOT).as_posix()


def is_generated(path: Path) -> bool:
    """Whether protoc or the lock wrote the file."""
    return relative(path).startswith("ledger/v1/") or relative(path) in GENERATED


def python_files(*folders: str) -> list[Path]:
    """Hand-written Python files, of the folders named or of the whole repository."""
    files = [path for path in repository_files() if path.suffix == ".py" and not is_generated(path)]
    return [path for path in files if not folders or relative(path).split("/")[0] in folders]


def lines_matching(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    """`file:line: text` for each line in which the pattern occurs."""
    return [
        f"{relative(path)}:{number}: {line.strip()[:100]}"
        for path in files
        for number, line in enumerate(text(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def expect_none(found: list[str]) -> None:
    """Fail with one line for each thing found."""
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_modules_are_short() -> None:
    """A module that outgrows its limit holds two nouns."""
    limits = dict.fromkeys(python_files(*PRODUCT), MODULE_LINES_MAX)
    limits |= dict.fromkeys(python_files("tests"), TEST_MODULE_LINES_MAX)
    lengths = {path: len(text(path).splitlines()) for path in limits}
    too_long = [
        f"{relative(path)}: {length} lines, at most {limits[path]}"
        for path, length in lengths.items()
        if length > limits[path]
    ]
    expect_none(too_long)


def test_functions_are_short() -> None:
    """A function fits on a screen, docstring included."""
    too_long = [
        f"{relative(path)}:{node.lineno}: {node.name} has {length} lines, at most {limit}"
        for path in python_files(*PRODUCT)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for length, limit in [((node.end_lineno or 0) - node.lineno + 1, FUNCTION_LINES_MAX)]
        if length > limit
    ]
    expect_none(too_long)


def test_modules_open_with_a_docstring() -> None:
    """The docstring states the one idea of the module."""
    files = python_files()
    expect_none([relative(path) for path in files if not ast.get_docstring(tree(path))])


def test_names_say_what_a_file_is() -> None:
    """A file is a noun of the domain, not a drawer."""
    drawers = [
        relative(path)
        for path in repository_files()
        if VAGUE_NAMES & {part.split(".")[0].lower() for part in path.relative_to(ROOT).parts}
    ]
    expect_none(drawers)


def test_nothing_is_put_off() -> None:
    """What is not done is written down where decisions are, not left in code."""
    code = [
        path
        for path in repository_files()
        if (path.suffix in CODE_SUFFIXES or path.name == "Makefile") and not is_generated(path)
    ]
    expect_none(lines_matching(BANNED_WORDS, code))


def test_only_the_command_line_prints() -> None:
    """The service logs; what it printed would be lost or would break a pipe."""
    printing = [
        f"{relative(path)}:{node.lineno}"
        for path in python_files(*PRODUCT)
        if not re.match(r"ledger/cli(/|\.py$)", relative(path))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    expect_none(printing)


def test_no_machine_is_named() -> None:
    """Paths of the machine on which something was written mean nothing elsewhere."""
    expect_none(lines_matching(MACHINE_PATH, repository_files()))


def test_no_registry_is_named() -> None:
    """Where packages come from is a setting of each machine."""
    expect_none(lines_matching(REGISTRY_LINK, repository_files()))


def declared_dependencies() -> set[str]:
    """Every package that pyproject.toml asks for, in whichever group."""
    settings = tomllib.loads(text(ROOT / "pyproject.toml"))
    project = settings["project"]
    groups = [settings["build-system"]["requires"], project["dependencies"]]
    groups += project["optional-dependencies"].values()
    names = (re.match(r"[\w.-]+", requirement) for group in groups for requirement in group)
    return {name.group().lower() for name in names if name}


def explained_dependencies() -> set[str]:
    """Every package that has a line, with a reason, in the README's dependency table."""
    section = text(ROOT / "README.md").partition("\n## Dependencies\n")[2].partition("\n## ")[0]
    return {name.lower() for name in re.findall(r"^\| `([\w.-]+)[^`]*` \|[^|\n]*\w", section, re.MULTILINE)}


def test_every_dependency_is_explained() -> None:
    """A dependency without a reason goes; so does the reason without a dependency."""
    assert declared_dependencies() == explained_dependencies()


def test_every_dependency_has_a_lower_bound() -> None:
    """An old version that happens to be installed must not be taken for a good one."""
    settings = tomllib.loads(text(ROOT / "pyproject.toml"))
    project = settings["project"]
    groups = [settings["build-system"]["requires"], project["dependencies"]]
    groups += project["optional-dependencies"].values()
    expect_none([line for group in groups for line in group if ">=" not in line])


def test_every_decision_is_in_the_index() -> None:
    """docs/adr/README.md lists each decision once."""
    folder = ROOT / "docs" / "adr"
    index = re.findall(r"^\| \[\d{4}\]\((\d{4}-[\w-]+\.md)\)", text(folder / "README.md"), re.MULTILINE)
    assert sorted(path.name for path in folder.glob("[0-9]*.md")) == sorted(index)


def test_the_reference_of_the_settings_is_fresh() -> None:
    """docs/settings.md says what the program says; `make docs` writes it again."""
    assert text(ROOT / "docs" / "settings.md") == reference()


def rpc_methods() -> Iterator[Any]:
    """Descriptor of every method of every service of the API."""
    package = importlib.import_module("ledger.v1")
    names = [found.name for found in pkgutil.iter_modules(package.__path__)]
    # All modules first: options are readable once the file that defines them is loaded.
    modules = [importlib.import_module(f"ledger.v1.{name}") for name in names]
    for module in modules:
        descriptor = getattr(module, "DESCRIPTOR", None)
        for service in descriptor.services_by_name.values() if descriptor else ():
            yield from service.methods


def test_every_rpc_names_its_rights() -> None:
    """The option (ledger.v1.rights) of a method is what the interceptor enforces."""
    if not (Path(ledger.__file__).parent / "v1").is_dir():
        pytest.fail("ledger/v1 is missing; run 'make protos'")
    rights = {
        method.full_name: any(
            field.full_name == "ledger.v1.rights" and bool(value) and all(value)
            for field, value in method.GetOptions().ListFields()
        )
        for method in rpc_methods()
    }
    assert rights, "no RPC was found"
    expect_none(sorted(name for name, present in rights.items() if not present))


def test_every_rpc_has_an_http_path() -> None:
    """The option (google.api.http) is what a JSON gateway goes by (AIP-127); only a stream of requests has none."""
    expect_none(
        sorted(
            f"{method.full_name} has no option (google.api.http)"
            for method in rpc_methods()
            if not method.client_streaming
            and "google.api.http" not in {field.full_name for field, _ in method.GetOptions().ListFields()}
        )
    )


def test_the_gateway_serves_every_service() -> None:
    """deploy/envoy.yaml lists the services by name."""
    [listener] = yaml.safe_load(text(ROOT / "deploy" / "envoy.yaml"))["static_resources"]["listeners"]
    filters = listener["filter_chains"][0]["filters"][0]["typed_config"]["http_filters"]
    [listed] = [one["typed_config"]["services"] for one in filters if one["name"].endswith("grpc_json_transcoder")]
    assert set(listed) == {method.containing_service.full_name for method in rpc_methods()}
