"""`docs/settings.md`: every setting with its key, flag and variable, from the table."""

from __future__ import annotations

from kubectl_ddfargate.commands.settings_table import SETTINGS, Form, Setting

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

## All settings

| key in the file | flag | variable | value | meaning |
| --- | --- | --- | --- | --- |
"""


def settings_page() -> str:
    """The page."""
    return _PAGE + "\n".join(_row(setting) for setting in SETTINGS) + "\n"


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
