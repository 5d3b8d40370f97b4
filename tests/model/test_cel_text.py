"""What the text of a policy tells of its sidecar, and that nothing of a credential is kept of it."""

from __future__ import annotations

import msgspec
import pytest

from kubectl_ddfargate.model.cel_text import PolicyText, label_keys, read_expression
from kubectl_ddfargate.model.kube.admission import MutatingAdmissionPolicy, MutatingWebhookConfiguration
from tests.cluster.canary import API_KEY, APP_PASSWORD

HALF, REST = API_KEY[:16], API_KEY[16:]


def entry(value: str, name: str = "DD_API_KEY") -> str:
    return f'[{{"name": "{name}", "value": {value}}}]'


LITERALS = (
    entry(f'"{API_KEY}"'),
    entry(f"'{API_KEY}'"),
    entry(f'"""{API_KEY}"""'),
    entry(f"'''\n{API_KEY}'''"),
    entry(f"r'{API_KEY}\\'") + f', x: "{APP_PASSWORD}"',
    entry(f'f("a", "{API_KEY}")'),
    entry(f'["{HALF}", "{REST}"].join("")'),
    entry(f'"{HALF}" + "{REST}"'),
    entry(f'variables.prod ? "{API_KEY}" : "{APP_PASSWORD}"'),
    entry(f'dyn("{API_KEY}")'),
    entry(f'"{API_KEY}"', name="DD\\u005fAPI_KEY"),
    f'Object.spec.containers.env{{name: "DD_API_KEY", value: "{API_KEY}"}}',
    f'{{"DD_API_KEY": "{API_KEY}"}}.map(k, {{"name": k, "value": variables.env[k]}})',
    f'// it\'s said that\n[{{"name": "DD_API_KEY", "value": "{API_KEY}"}}]',
)
NO_LITERALS = (
    entry('params.data["api-key"]'),
    entry('params.data[?"api-key"].orValue("")'),
    entry('"$(OTHER)"'),
    entry('""'),
    entry("variables.key"),
    f"// {entry(API_KEY)}",
    f'object.metadata.annotations["x"] == "{API_KEY}"',
    '{"name": "DD_API_KEY", "valueFrom": {"secretKeyRef": {"name": "datadog-secret", "key": "api-key"}}}',
)


def assert_clean(kept: object) -> None:
    """Nothing of a canary stands in what is kept."""
    text = msgspec.json.encode(kept).decode()
    assert not any(part in text for part in (API_KEY, HALF, REST, APP_PASSWORD)), text


@pytest.mark.parametrize("text", LITERALS)
def test_a_literal_is_marked(text: str) -> None:
    read = read_expression(text)

    assert [v.name for v in read.variables if v.literal is not None] == ["DD_API_KEY"]
    assert_clean(read)


@pytest.mark.parametrize("text", NO_LITERALS)
def test_what_is_no_literal_is_not_marked(text: str) -> None:
    read = read_expression(text)

    assert [v.name for v in read.variables if v.literal is not None] == []
    assert_clean(read)


@pytest.mark.parametrize(
    "text",
    [
        f'{{"op": "add", "value": {{"note": "{APP_PASSWORD}"}}}}',
        f'f("a", "{APP_PASSWORD}")',
        f'{{"args": ["--password", "{APP_PASSWORD}"]}}',
        f'{{"annotations": {{"a": "{{\\"password\\":\\"{APP_PASSWORD}\\"}}"}}}}',
        f'{{"name": "{API_KEY}"}}',
        entry(f'"{API_KEY}"', name="DD_SITE"),
        entry(f'true ? "{APP_PASSWORD}" : "x"', name="DD_SITE"),
    ],
)
def test_other_texts_are_not_kept(text: str) -> None:
    assert_clean(read_expression(text))


def test_names_and_readable_variables_are_kept() -> None:
    text = '{"name": "datadog-agent", "image": "x", "env": [{"name": "DD_SITE", "value": dyn("datadoghq.eu")}]}'

    assert read_expression(text) == PolicyText(
        names=("datadog-agent", "DD_SITE"), variables=(read_expression(text).variables[0],)
    )
    assert read_expression(text).variables[0].value == "datadoghq.eu"


def test_a_policy_keeps_no_text() -> None:
    spec = {
        "matchConditions": [{"name": "only-some", "expression": f"object.x == '{APP_PASSWORD}'"}],
        "variables": [{"name": "env", "expression": entry(f"'''{API_KEY}'''")}],
        "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": f"// {APP_PASSWORD}\n[]"}}],
    }
    policy = msgspec.convert({"metadata": {"name": "p"}, "spec": spec}, MutatingAdmissionPolicy)
    again = msgspec.json.decode(msgspec.json.encode(policy), type=MutatingAdmissionPolicy)

    assert_clean(policy)
    assert again == policy
    assert [condition.name for condition in policy.spec.match_conditions or ()] == ["only-some"]
    hooks = {"webhooks": [{"name": "w", "matchConditions": spec["matchConditions"]}]}
    assert_clean(msgspec.convert(hooks, MutatingWebhookConfiguration))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("object.metadata.labels['app'] == 'x'", ("app",)),
        ('object.metadata.labels["a.io/b"] == "x" && "c" in object.metadata.labels', ("a.io/b", "c")),
        ("object.metadata.?labels[?'app'].orValue('') != ''", ("app",)),
        ("object.metadata.?labels.orValue({})['app'] == 'x'", ("app",)),
        ("'app' in object.metadata.?labels.orValue({})", ("app",)),
        ("has(object.metadata.labels.app) || has(oldObject.metadata.labels.?tier)", ("app", "tier")),
        ("object\n  .metadata\n  .labels.app.startsWith('x')", ("app",)),
        ("object.metadata.labels.exists(k, k == 'app')", ()),
        ("namespaceObject.metadata.labels['app'] == 'x'", ()),
        ("'app' in namespaceObject.metadata.labels", ()),
        ("object.spec.selector.matchLabels['app'] == 'x'", ()),
        ("// object.metadata.labels['app']\ntrue", ()),
        ("\"object.metadata.labels['app']\" == object.x", ()),
        (f"object.metadata.labels[' {API_KEY} {APP_PASSWORD} '] == 'x'", ()),
    ],
)
def test_labels_that_a_condition_looks_at(text: str, keys: tuple[str, ...]) -> None:
    assert label_keys(text) == keys
