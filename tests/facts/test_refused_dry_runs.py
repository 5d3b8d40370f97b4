"""What is said where the server refuses a dry-run: whose fault it is, and what to look at."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.refused_dry_runs import why_refused
from kubectl_ddfargate.model.kinds import WEBHOOKS
from kubectl_ddfargate.model.kube.admission import MutatingWebhookConfiguration
from kubectl_ddfargate.model.snapshot import Snapshot

MESSAGE = 'admission webhook "old.example.com" does not support dry run'


def index_of(*webhooks: str) -> Index:
    plain = {"metadata": {"name": "old"}, "webhooks": [{"name": name} for name in webhooks]}
    configuration = msgspec.convert(plain, MutatingWebhookConfiguration)
    return Index(Snapshot(objects={WEBHOOKS.key: [configuration]}, kubectl_flags="--context prod"))


def test_the_webhook_and_its_configuration_are_named() -> None:
    said = why_refused(index_of("other.example.com", "old.example.com"), MESSAGE)
    assert said.startswith("webhook old.example.com of mutatingwebhookconfigurations/old takes no dry-runs")
    assert said.endswith("look: kubectl --context prod get mutatingwebhookconfigurations old -o yaml")


def test_one_that_was_not_read_may_be_a_validating_one() -> None:
    said = why_refused(index_of("other.example.com"), MESSAGE)
    assert said.startswith("webhook old.example.com takes no dry-runs")
    assert "get mutatingwebhookconfigurations,validatingwebhookconfigurations -o yaml" in said


def test_any_other_refusal_is_told_as_it_is() -> None:
    assert why_refused(index_of(), "pods is full") == "the dry-run was refused: pods is full"
