"""Prints, as JSON, how Kubernetes' own client understands a manifest, and what Airflow finds in a folder of DAGs.

    python recipes.py MANIFEST FOLDER
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

home = tempfile.TemporaryDirectory()
kubeconfig = Path(home.name, "kubeconfig")
# Airflow asks where the cluster is when it puts a pod together, and calls nobody.
kubeconfig.write_text("""
current-context: none
contexts: [{name: none, context: {cluster: none, user: none}}]
clusters: [{name: none, cluster: {server: "http://127.0.0.1:1"}}]
users: [{name: none, user: {token: none}}]
""")
os.environ.update(AIRFLOW_HOME=home.name, AIRFLOW__CORE__LOAD_EXAMPLES="false", KUBECONFIG=str(kubeconfig))

# They read the environment when they are imported.
import yaml  # noqa: E402
from airflow.dag_processing.dagbag import DagBag  # noqa: E402
from kubernetes.client import ApiClient  # noqa: E402


def understood(one: dict) -> dict:
    """What is left of an object of a manifest: fields that Kubernetes does not know are dropped."""
    client = ApiClient()
    model = client.deserialize(SimpleNamespace(data=json.dumps(one)), f"V1{one['kind']}")
    return client.sanitize_for_serialization(model)


def pod_of(task) -> dict:
    """The pod that Airflow would ask the cluster for."""
    task.render_template_fields({})
    return ApiClient().sanitize_for_serialization(task.build_pod_request_obj())


def shown(dag) -> dict:
    pods = {task.task_id: pod_of(task) for task in dag.tasks}
    return {"id": dag.dag_id, "maxActiveRuns": dag.max_active_runs, "catchup": dag.catchup, "pods": pods}


def main() -> None:
    manifest, folder = sys.argv[1:]
    objects = [understood(one) for one in yaml.safe_load_all(Path(manifest).read_text())]
    bag = DagBag(dag_folder=folder)
    dags = [shown(dag) for dag in bag.dags.values()]
    print(json.dumps({"objects": objects, "importErrors": bag.import_errors, "dags": dags}))


if __name__ == "__main__":
    main()
