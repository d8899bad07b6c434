"""The rules of the house, as far as a machine can see them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest
from house_map import PAGE, drawn, read_imports

ROOT = Path(__file__).parents[1]
FILES, REPORT = ROOT / "planner" / "files", ROOT / "planner" / "report"
"""Packages that are sorted into rooms."""
MODULES = sorted((ROOT / "planner").rglob("*.py"))
FUNCTION_LINES = 45
"""Lines of code in one function, without docstring, comments and blanks; ten are usual."""
MODULE_LINES = 350
"""Lines of one module."""
FILES_ENTRIES, REPORT_ENTRIES = 10, 16
"""Modules and folders at the tops of these: as many as are seen at a glance."""
MADE = {"build", "dist", "htmlcov", "runs", "__pycache__"}
"""Folders that tools and users make."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def kept_files() -> Iterator[Path]:
    """Yield the files of the project, without what tools and users make in its folder."""
    for top in sorted(ROOT.iterdir()):
        ours = top.name not in MADE and (not top.name.startswith(".") or top.name in (".ci", ".gitignore"))
        if ours and not top.name.endswith(".egg-info"):
            files = [top] if top.is_file() else sorted(top.rglob("*"))
            yield from (file for file in files if file.is_file() and not MADE & set(file.relative_to(ROOT).parts))


def name_of(file: Path) -> str:
    """Return a file's path inside the project."""
    return file.relative_to(ROOT).as_posix()


def code_lines(function: Function, source: list[str]) -> int:
    """Count the lines of code in a function."""
    first = function.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    skipped = range(first.lineno, (first.end_lineno or first.lineno) + 1) if documented else range(0)
    lines = (source[n - 1].strip() for n in range(function.lineno, (function.end_lineno or 0) + 1) if n not in skipped)
    return sum(1 for line in lines if line and not line.startswith("#"))


def public_parts(body: list[ast.stmt], owner: str = "") -> Iterator[tuple[str, ast.ClassDef | Function]]:
    """Yield public functions and classes with their names, and the public methods of public classes."""
    for node in body:
        if isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_"):
            yield f"{owner}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public_parts(node.body, f"{owner}{node.name}.")


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_functions_and_modules_are_short_and_what_is_public_is_documented(module: Path) -> None:
    """One look at the syntax tree of each module."""
    text = module.read_text(encoding="utf-8")
    tree, source = ast.parse(text), text.splitlines()
    long = {f.name: code_lines(f, source) for f in ast.walk(tree) if isinstance(f, Function)}
    assert {name: lines for name, lines in long.items() if lines > FUNCTION_LINES} == {}
    assert len(source) <= MODULE_LINES
    assert not source or ast.get_docstring(tree), "the module says nothing about itself"
    assert [name for name, node in public_parts(tree.body) if not ast.get_docstring(node)] == []


def test_the_report_has_few_rooms_and_each_is_told() -> None:
    """What is not a room of its own is in one, and the page of the folder leads to every one."""
    entries = {file.relative_to(REPORT).parts[0] for file in kept_files() if file.is_relative_to(REPORT)}
    assert len(entries) <= REPORT_ENTRIES
    page = (REPORT / "README.md").read_text(encoding="utf-8")
    assert [name for name in sorted(entries - {"README.md", "__init__.py"}) if f"`{name}" not in page] == []


def test_whoever_opens_the_files_sees_few_rooms() -> None:
    """Each with its purpose; every module of a room stands in the table of its docstring, or in a format's record."""
    from planner.files.formats.registry import FORMATS

    named = {name.partition(".")[0] for each in FORMATS.values() for name in (each.reads, each.writes)}
    entries = [each.name for each in FILES.iterdir() if each.name != "__pycache__"]
    assert len(entries) <= FILES_ENTRIES, entries
    for room in ("reading", "changing", "formats"):
        text = (FILES / room / "__init__.py").read_text(encoding="utf-8")
        told = named | set(re.findall(r"\w+", ast.get_docstring(ast.parse(text)) or ""))
        assert {module.stem for module in (FILES / room).glob("[!_]*.py")} - told == set()


def test_nothing_is_left_to_do_and_nothing_is_hidden_from_the_tests() -> None:
    """Neither in the package nor in the tests."""
    words = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b|pragma: no" r" cover|pytest\.mark\.(skip|x" r"fail)")
    python = [file for file in kept_files() if file.suffix == ".py"]
    assert [name_of(file) for file in python if words.search(file.read_text(encoding="utf-8"))] == []


def test_no_file_speaks_of_a_machine_it_was_written_on() -> None:
    """Neither of a home directory nor of a host that packages come from."""
    machine = re.compile(
        r"(?<![\w.])/(home|root|Users|opt|mnt|srv|private)/\w|C:\\Users|pypi\.\w|python" r"hosted|index-ur" r"l"
    )
    text = [file for file in kept_files() if file.suffix in {".py", ".md", ".toml", ".yaml", ".csv", ".svg", ""}]
    found = {name_of(file): machine.search(file.read_text(encoding="utf-8")) for file in text}
    assert {name: match[0] for name, match in found.items() if match} == {}


def links_of(page: Path) -> set[Path]:
    """Return the files that a page links to."""
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    return {(page.parent / target).resolve() for target in targets if "://" not in target}


def test_no_page_is_an_orphan_and_no_link_is_dead() -> None:
    """The README links to every page, and every link of every page leads somewhere."""
    pages = [file for file in kept_files() if file.suffix == ".md"]
    linked = links_of(ROOT / "README.md") | {ROOT / "README.md"}
    assert [name_of(page) for page in pages if page not in linked] == []
    dead = {name_of(page): [str(file) for file in links_of(page) if not file.exists()] for page in pages}
    assert {page: files for page, files in dead.items() if files} == {}


def test_links_within_pages_lead_to_headings() -> None:
    """Headings make their own names: small letters, blanks as hyphens."""
    for page in (file for file in kept_files() if file.suffix == ".md"):
        text = page.read_text(encoding="utf-8")
        for target, anchor in re.findall(r"\]\(([^)#\s]*)#([^)]+)\)", text):
            if "://" not in target:
                other = (page.parent / target).read_text(encoding="utf-8") if target else text
                headings = re.findall(r"^#+ (.+)$", other, re.MULTILINE)
                assert anchor in {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in headings}


def test_every_file_of_data_is_listed_in_a_page() -> None:
    """Examples, topologies and demands, with their tables."""
    pages = "\n".join(file.read_text(encoding="utf-8") for file in kept_files() if file.suffix == ".md")
    data = [file for folder in ("examples", "topologies", "demand") for file in (ROOT / folder).iterdir()]
    names = [file.relative_to(ROOT).as_posix() for file in data if file.suffix in {".yaml", ".csv", ".svg"}]
    assert names
    assert [name for name in names if name.split("/")[1] not in pages] == []


def test_every_variant_of_an_example_is_told() -> None:
    """In the page beside the examples."""
    import planner

    page = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    for file in sorted((ROOT / "examples").glob("*.yaml")):
        variants = planner.load_scenario(file).scenario.variants
        assert [name for name in variants if not re.search(rf"(?<![\w-]){name}(?![\w-])", page)] == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    """At its top or inside a function: a circle is two modules that are one."""
    circles = [sorted(each) for each in nx.strongly_connected_components(read_imports()) if len(each) > 1]
    assert circles == []


def test_the_map_of_the_house_is_drawn_from_todays_imports() -> None:
    """`python -m tests.house_map` draws it anew."""
    page = PAGE.read_text(encoding="utf-8")
    assert page == drawn(page)
