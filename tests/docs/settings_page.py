"""`docs/settings.md`: every setting with its key, flag and variable, from the table."""

from __future__ import annotations

import tempfile
from pathlib import Path

from kubectl_ddfargate.commands.render import design_from_settings
from kubectl_ddfargate.commands.settings import load_given
from kubectl_ddfargate.commands.settings_table import SETTINGS, Form, Setting
from kubectl_ddfargate.manifests.kustomize import rendered_objects

EXAMPLE = """\
apiVersion: ddfargate/v1alpha1
kind: Install
clusterName: prod-eu
site: datadoghq.eu
injector: auto
clusterAgent:
  ip: auto
agent:
  requests: {cpu: 200m, memory: 256Mi}
  limits: {cpu: 200m, memory: 512Mi}
  env:
    DD_TAGS: "team:shop env:prod"
targets:
  - kube-system/deployment/coredns
  - namespace: karpenter
    kind: deployment
    name: karpenter
    labels: {app.kubernetes.io/name: karpenter}
    serviceAccount: karpenter
secrets:
  mode: external
  store:
    name: vault
    apiKey: datadog/keys#api-key
    token: datadog/keys#token
suppress:
  - DDF319 until=2027-06-30 reason=the batch jobs are not monitored
"""

WITHOUT_A_CLUSTER = """\
apiVersion: ddfargate/v1alpha1
kind: Install
injector: kyverno
kyvernoKind: MutatingPolicy
clusterName: prod-eu
site: datadoghq.eu
clusterAgent:
  namespace: datadog
  ip: 172.20.0.53
  selector:
    agent.datadoghq.com/component: cluster-agent
    agent.datadoghq.com/name: datadog
agent:
  image: gcr.io/datadoghq/agent:7.81.1
targets:
  - namespace: kube-system
    kind: deployment
    name: coredns
    labels: {k8s-app: kube-dns}
    serviceAccount: coredns
  - namespace: shop
    kind: deployment
    name: web
    labels: {app: web}
    serviceAccount: web
secrets:
  mode: external
  store:
    name: vault
    apiKey: datadog/keys#api-key
    token: datadog/keys#token
"""
"""All that `render` must be told where no cluster is asked."""

_PAGE = f"""\
# Settings

What `install`, `diff` and `render` are told, by flags, variables or a file. All of it is optional.

For each setting the first of these counts: the flag, the `DDFARGATE_*` variable, the file of `-f`, what the cluster
shows, the default. The plan says of each value where it came from.

- A list from a stronger source replaces the whole list. The agent's further variables (`agent.env`) are merged,
  each by its name.
- An empty variable counts as not set. A list in a variable has commas: `DDFARGATE_TARGET=a/deploy/x,b/sts/y`, and
  so have the agent's variables: `DDFARGATE_AGENT_ENV=DD_LOG_LEVEL=debug,DD_TAGS=team:shop`.
- An unknown key, a key that stands there twice and a value of the wrong kind are errors; nothing is read past them.
- API key, token and other credentials are refused, wherever they stand. They belong in a Secret.

## The file

`-f ddfargate.yaml`; `-f -` reads stdin. Its JSON Schema is in the package:
`kubectl_ddfargate/data/install.schema.json`. An example:

```yaml
{EXAMPLE}```

`labels` and `serviceAccount` of a target are needed only where no cluster is asked (`render`).

## Without a cluster

`kubectl ddfargate render` asks no cluster, so all that it would find there is told. What lacks is listed at once;
`--discover` asks the cluster after all. A whole file:

```yaml
{WITHOUT_A_CLUSTER}```

`kubectl ddfargate render -f ddfargate.yaml` prints these objects (`-o json` as one List), and with `-o DIR` writes
them as a kustomize folder, a file each:

OBJECTS
## All settings

| key in the file | flag | variable | value | meaning |
| --- | --- | --- | --- | --- |
"""


def settings_page() -> str:
    """The page."""
    page = _PAGE.replace("OBJECTS\n", "".join(f"- {one}\n" for one in _rendered()) + "\n")
    return page + "\n".join(_row(setting) for setting in SETTINGS) + "\n"


def _rendered() -> list[str]:
    """The objects of the example, in their order."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ddfargate.yaml"
        path.write_text(WITHOUT_A_CLUSTER, encoding="utf-8")
        design = design_from_settings(load_given(path, {}, {}))
    return [f"`{one.ref.address}`" for one in rendered_objects(design)]


def _row(setting: Setting) -> str:
    keys = ", ".join(f"`{path}`" for path in setting.paths)
    flags = [setting.short, setting.flag, f"--no-{setting.flag[2:]}" if setting.negative else ""]
    flag = ", ".join(f"`{name}`" for name in flags if name)
    variable = f"`{setting.variable}`" if setting.variable else ""
    return f"| {keys} | {flag} | {variable} | {_value(setting)} | {setting.help} |"


def _value(setting: Setting) -> str:
    if setting.choices:
        return ", ".join(setting.choices)
    if setting.form is Form.SWITCH:
        return "true or false"
    return setting.metavar.replace("|", " or ") if setting.flag else ""
