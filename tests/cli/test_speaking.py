"""The language of what commands print: by option, by environment, and refused where nobody speaks it."""

from __future__ import annotations

import pytest
from processes import Run

TOPOLOGY = "two/topology.yaml"
COMMANDS = {
    "solve": ("solve", "two", "--no-run"),
    "variants": ("solve", "two", "--no-run", "--all-variants"),
    "size": ("size", "two"),
    "show": ("topology", "show", TOPOLOGY),
    "between": ("topology", "show", TOPOLOGY, "--between", "home", "away"),
    "stats": ("topology", "stats", TOPOLOGY),
}
SAID = {
    "solve": "全部满足", "variants": "所有变体", "size": "所依据的方案", "show": "链路按类型", "between": "往返",
    "stats": "断网",
}  # fmt: skip


def typed(name: str, scenario: str) -> list[str]:
    """Return a command line about two cities."""
    return [scenario if word == "two" else word for word in COMMANDS[name]]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_that_prints_a_result_takes_a_language(planner_command: Run, two: str, name: str) -> None:
    """Chinese, by option and by environment; the option comes first."""
    by_option = planner_command(*typed(name, two), "--lang", "zh")
    assert by_option.exit_code == 0, by_option.stderr
    assert SAID[name] in by_option.stdout
    by_environment = planner_command(*typed(name, two), env={"PLANNER_LANG": "zh"})
    assert SAID[name] in by_environment.stdout
    english = planner_command(*typed(name, two), "--lang", "en", env={"PLANNER_LANG": "zh"})
    assert SAID[name] not in english.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_a_language_that_nobody_speaks_is_refused_before_anything_is_done(
    planner_command: Run, two: str, name: str
) -> None:
    """With the nearest name, whether it was typed or stood in the environment."""
    typo = planner_command(*typed(name, two), "--lang", "rus")
    assert (typo.exit_code, typo.stdout) == (2, "")
    assert "the planner does not speak 'rus': did you mean 'ru'?" in typo.stderr
    unknown = planner_command(*typed(name, two), env={"PLANNER_LANG": "xx"})
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert "the planner does not speak 'xx': one of ar, en, fr, ru, zh" in unknown.stderr


def test_runs_are_compared_in_a_language(planner_command: Run, two: str) -> None:
    """In Russian, with the title of the comparison and the words of its tables."""
    for folder in ("one", "other"):
        assert planner_command("solve", two, "-q", "--no-report", "-o", folder).exit_code == 0
    done = planner_command("compare", "one", "other", "--lang", "ru")
    assert done.exit_code == 0, done.stderr
    assert "Какой план лучше и по какому критерию" in done.stdout
    assert "Which plan is best" not in done.stdout


def test_json_and_the_run_are_the_same_in_every_language(planner_command: Run, two: str) -> None:
    """Programs read them: neither keys nor words change with the reader."""
    said = {
        code: planner_command("size", two, "--json", "--lang", code).stdout.partition('"plans"')[0]
        for code in ("en", "fr")
    }
    assert said["en"] == said["fr"]
