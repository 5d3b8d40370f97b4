"""The settings' schema, page and table agree with each other and with the reader."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import jsonschema
import msgspec
import pytest
import yaml

from kubectl_ddfargate.cli.run import run
from kubectl_ddfargate.commands.settings import load_given
from kubectl_ddfargate.commands.settings_table import SETTINGS
from kubectl_ddfargate.errors import UsageError
from kubectl_ddfargate.model.settings import InstallSettings, TargetSettings
from tests.docs.generate import ROOT
from tests.docs.settings_page import EXAMPLE, WITHOUT_A_CLUSTER, settings_page
from tests.docs.settings_schema import settings_schema_text

pytestmark = pytest.mark.computes

SHIPPED = ROOT / "kubectl_ddfargate" / "data" / "install.schema.json"
HEAD = "apiVersion: ddfargate/v1alpha1\nkind: Install\n"


@pytest.fixture
def check() -> Callable[[str], None]:
    """Validates YAML by the schema that is shipped."""
    schema = json.loads(SHIPPED.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    def validate(text: str) -> None:
        validator.validate(yaml.safe_load(text))

    return validate


def test_the_shipped_schema_and_the_page_are_fresh() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == settings_schema_text(), "run: make docs"
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_page(), "run: make docs"


def test_the_example_of_the_page_is_valid_and_can_be_read(check: Callable[[str], None], tmp_path: Path) -> None:
    check(EXAMPLE)
    assert EXAMPLE in settings_page()
    path = tmp_path / "ddfargate.yaml"
    path.write_text(EXAMPLE, encoding="utf-8")
    assert load_given(path, {}, {}).settings == msgspec.convert(yaml.safe_load(EXAMPLE), InstallSettings)


def test_the_example_without_a_cluster_is_rendered_as_it_stands(
    check: Callable[[str], None], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    check(WITHOUT_A_CLUSTER)
    assert WITHOUT_A_CLUSTER in settings_page()
    path = tmp_path / "ddfargate.yaml"
    path.write_text(WITHOUT_A_CLUSTER, encoding="utf-8")

    assert run(["render", "-f", str(path)]) == 0

    documents = list(yaml.safe_load_all(capfdbinary.readouterr().out))
    kinds = [one["kind"] for one in documents]
    assert kinds.count("ExternalSecret") == 2
    assert {"Service", "ClusterRole", "ClusterRoleBinding", "MutatingPolicy"} <= set(kinds)
    for one in documents:
        assert f"`{one['kind'].lower()}/{one['metadata']['name']}" in settings_page()


@pytest.mark.parametrize(
    "text",
    ["", "clusterAgent:\nagent: {requests: , env: }", "targets: [a/deploy/b]", "clusterAgent: {port: 5005}",
     "secrets: {store: {name: a, kind: SecretStore}}", "injector:"],
)  # fmt: skip
def test_what_the_reader_takes_the_schema_takes(check: Callable[[str], None], tmp_path: Path, text: str) -> None:
    path = tmp_path / "good.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    load_given(path, {}, {})
    check(HEAD + text)


@pytest.mark.parametrize(
    "text",
    ["sites: a.b", "site: 5", "injector: other", "kyvernoKind: Policy", "clusterAgent: {port: '5005'}",
     "clusterAgent: {port: 65536}", "clusterAgent: {port: 0}", "agent: {env: {A: 1}}", "agent: {env: [A]}",
     "targets: a/deploy/b", "targets: [{namespace: a, name: b}]",
     "targets: [{namespace: a, kind: b, name: c, d: e}]",
     "secrets: {store: {}}", "secrets: {mode: other}", "kubeletRights: 'yes'", "suppress: DDF319"],
)  # fmt: skip
def test_what_the_schema_refuses_the_reader_refuses(
    check: Callable[[str], None], tmp_path: Path, text: str
) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(UsageError):
        load_given(path, {}, {})
    with pytest.raises(jsonschema.ValidationError):
        check(HEAD + text)


@pytest.mark.parametrize(
    "text", ["kind: Install", "apiVersion: ddfargate/v1alpha1", "apiVersion: v1\nkind: Install"]
)
def test_a_file_must_say_what_it_is(check: Callable[[str], None], text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        check(text)


def test_everything_in_the_schema_is_described() -> None:
    schema = json.loads(SHIPPED.read_text(encoding="utf-8"))
    parts = {"": schema, **schema["$defs"]}
    sections = {"apiVersion", "kind", "clusterAgent", "agent", "secrets", "requests", "limits", "store"}
    plain = {"TargetSettings.namespace", "TargetSettings.name"}
    lacking = {
        f"{name}.{key}" for name, part in parts.items() for key, field in part["properties"].items()
        if "description" not in field and (name or key not in sections) and key not in sections
    }  # fmt: skip
    assert lacking == plain


def test_the_table_holds_every_key_and_no_other() -> None:
    listed = [path for setting in SETTINGS for path in setting.paths]
    assert sorted(listed) == sorted(_keys(InstallSettings, ""))


def test_the_choices_of_the_table_are_those_of_the_file() -> None:
    hints = get_type_hints(InstallSettings)
    by_path = {setting.paths[0]: set(setting.choices) for setting in SETTINGS if setting.choices}
    assert by_path["injector"] == set(get_args(get_args(hints["injector"])[0]))
    assert by_path["kyvernoKind"] == set(get_args(get_args(hints["kyverno_kind"])[0]))


def _keys(struct: Any, before: str) -> Iterator[str]:
    """The dotted paths of all values. A target is one value."""
    for field in msgspec.structs.fields(struct):
        path = f"{before}{field.encode_name}"
        inner = [
            one for one in (field.type, *get_args(field.type))
            if isinstance(one, type) and issubclass(one, msgspec.Struct) and one is not TargetSettings
        ]  # fmt: skip
        if inner:
            yield from _keys(inner[0], f"{path}.")
        elif path not in ("apiVersion", "kind"):
            yield path
