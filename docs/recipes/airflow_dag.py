"""Reads what has changed in a Qlik Sense Cloud tenant, once a day, in a pod that keeps state and messages on a volume.

The pod is that of cronjob.yaml, which belongs beside this file in the folder of the DAGs; the volume, the secret and the config
map that it names have to be there. Written for Airflow 3, with the package apache-airflow-providers-cncf-kubernetes.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG

MANIFEST = Path(__file__).with_name("cronjob.yaml")


def pod_of(manifest: Path) -> dict:
    objects = yaml.safe_load_all(manifest.read_text())
    cron_job = next(one for one in objects if one["kind"] == "CronJob")
    return {"apiVersion": "v1", "kind": "Pod", **cron_job["spec"]["jobTemplate"]["spec"]["template"]}


with DAG(
    "qlik_sense_cloud",
    schedule="0 3 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    # Two reads at a time would go on from the same state.
    max_active_runs=1,
):
    KubernetesPodOperator(
        task_id="read",
        name="source-qlik-sense-cloud",
        namespace="default",
        pod_template_dict=pod_of(MANIFEST),
        base_container_name="connector",
        termination_grace_period=5,
        # What could not be read is tried again, from the state of the try before.
        retries=2,
        retry_delay=timedelta(minutes=10),
    )
