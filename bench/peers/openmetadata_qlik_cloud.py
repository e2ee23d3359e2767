"""OpenMetadata's Qlik Cloud source on a tenant: python openmetadata_qlik_cloud.py <url> <file>, the API key in API_KEY.

Its workflow only runs with an OpenMetadata server, to which it sends whatever it makes. In place of the server is a file: the
requests to create charts, data models and dashboards are written to it, a line each. Nothing can be looked up there, so the stage
of lineage, which asks the server alone, is left out. What is read of Qlik, in which order and how, is the source's own code: the
test of the connection, the spaces, then app by app its details, charts and data models, in the order of the source's topology.
"""

import os
import sys

from metadata.ingestion.source.dashboard.qlikcloud.metadata import QlikcloudSource


class Source(QlikcloudSource):
    """The source, whose test of the connection asks the server which steps there are; it knows how to do one."""

    def test_connection(self):
        self.client.get_dashboards_list_test_conn()


def create_requests(source):
    """What the source would have the server create, app by app."""
    context = source.context.get()
    context.dashboard_service = "qlik"
    source.prepare()
    for details in source.get_dashboard():
        context.charts = []
        for made in source.yield_dashboard_chart(details):
            if made.right:
                context.charts.append(made.right.name.root)
            yield made
        yield from source.yield_datamodel(details)
        yield from source.yield_dashboard(details)
    source.client.close_websocket()


url, path = sys.argv[1:]
connection = {"type": "QlikCloud", "hostPort": url, "token": os.environ["API_KEY"]}
config = {
    "type": "qlikcloud",
    "serviceName": "qlik",
    "serviceConnection": {"config": connection},
    "sourceConfig": {"config": {"type": "DashboardMetadata"}},
}
with open(path, "w", encoding="utf-8") as file:
    for made in create_requests(Source.create(config, metadata=None)):
        if made.left:
            print(made.left.error, file=sys.stderr)
        else:
            file.write(f"{type(made.right).__name__} {made.right.model_dump_json()}\n")
