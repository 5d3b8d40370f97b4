"""Flags before variables before the file, for each setting, and where each value came from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kubectl_ddfargate.commands.settings import load_given
from kubectl_ddfargate.commands.settings_table import GIVEN
from kubectl_ddfargate.model.settings import Given, InstallSettings
from tests.settings.conftest import as_file, at
from tests.settings.rows import ROWS, Row

WriteFile = Callable[[str], Path]
each_setting = pytest.mark.parametrize("row", ROWS, ids=[row.flag for row in ROWS])
# These are merged by name, so that their source is all of them; see below.
each_single = pytest.mark.parametrize(
    "row", [row for row in ROWS if row.flag != "--agent-env"], ids=lambda row: row.flag
)


def test_no_setting_lacks_a_row() -> None:
    assert [row.flag for row in ROWS] == [setting.flag for setting in GIVEN]


def test_nothing_given_is_nothing() -> None:
    assert load_given(None, {}, {"PATH": "/bin"}) == Given(InstallSettings(), {})


@each_setting
def test_what_the_file_says(row: Row, file: WriteFile) -> None:
    path = file(as_file(row.by_file))
    given = load_given(path, {}, {})
    assert {one: at(given, one) for one in row.by_file} == row.by_file
    assert {given.source(one, "") for one in row.by_file} == {str(path)}


@each_single
def test_a_variable_beats_the_file(row: Row, file: WriteFile) -> None:
    text, expected = row.by_variable
    given = load_given(file(as_file(row.by_file)), {}, {row.variable: text})
    assert {one: at(given, one) for one in expected} == expected
    assert {given.source(one, "") for one in expected} == {row.variable}


@each_single
def test_a_flag_beats_both(row: Row, file: WriteFile) -> None:
    value, expected = row.by_flag
    given = load_given(file(as_file(row.by_file)), {row.flag: value}, {row.variable: row.by_variable[0]})
    assert {one: at(given, one) for one in expected} == expected
    assert {given.source(one, "") for one in expected} == {row.source or row.flag}


@each_setting
def test_a_flag_alone(row: Row) -> None:
    value, expected = row.by_flag
    given = load_given(None, {row.flag: value}, {})
    assert {one: at(given, one) for one in expected} == expected
    assert expected.keys() <= given.sources.keys()


@each_setting
def test_an_empty_variable_and_a_flag_that_was_not_given_change_nothing(row: Row, file: WriteFile) -> None:
    path = file(as_file(row.by_file))
    not_given = () if isinstance(row.by_flag[0], tuple) else None
    assert load_given(path, {row.flag: not_given}, {row.variable: ""}) == load_given(path, {}, {})


def test_the_agents_variables_are_merged_by_name(file: WriteFile) -> None:
    path = file("agent: {env: {DD_A: file, DD_B: file, DD_C: file}}")
    given = load_given(path, {"--agent-env": ("DD_A=flag",)}, {"DDFARGATE_AGENT_ENV": "DD_A=env,DD_B=env"})
    assert given.settings.agent.env == {"DD_A": "flag", "DD_B": "env", "DD_C": "file"}
    assert given.source("agent.env", "") == f"--agent-env, DDFARGATE_AGENT_ENV, {path}"


def test_values_in_a_variable_may_have_commas() -> None:
    given = load_given(None, {}, {"DDFARGATE_AGENT_ENV": "DD_TAGS=a:b,c:d,DD_X=1=2,3"})
    assert given.settings.agent.env == {"DD_TAGS": "a:b,c:d", "DD_X": "1=2,3"}


def test_a_list_is_replaced_whole(file: WriteFile) -> None:
    path = file("targets: [a/deploy/b, c/deploy/d]")
    assert load_given(path, {"--target": ("e/deploy/f",)}, {}).settings.targets == ["e/deploy/f"]


def test_a_store_from_a_flag_keeps_the_files_paths(file: WriteFile) -> None:
    path = file("secrets: {store: {name: mine, kind: SecretStore, apiKey: x/y}}")
    given = load_given(path, {"--secret-store": "other"}, {})
    store = given.settings.secrets.store
    assert store is not None
    assert (store.name, store.kind, store.api_key) == ("other", "ClusterSecretStore", "x/y")
    assert given.source("secrets.store", "") == "--secret-store"
    assert given.source("secrets.store.apiKey", "") == str(path)


def test_one_flag_for_requests_and_limits_beats_what_the_file_says_of_one(file: WriteFile) -> None:
    given = load_given(file("agent: {limits: {cpu: '2', memory: 1Gi}}"), {"--agent-cpu": "1"}, {})
    assert at(given, "agent.limits") == {"cpu": "1", "memory": "1Gi"}
    assert at(given, "agent.requests") == {"cpu": "1"}
