"""All users of a tenant by dlt's REST API source, into JSON lines in a folder: python dlt_users.py <folder>"""

import os
import sys

import dlt
from dlt.destinations import filesystem
from dlt.sources.rest_api import rest_api_source

folder = sys.argv[1]
source = rest_api_source(
    {
        "client": {
            "base_url": os.environ["TENANT_URL"],
            "auth": {"type": "bearer", "token": os.environ["API_KEY"]},
            "paginator": {"type": "json_link", "next_url_path": "links.next.href"},
        },
        "resources": [
            {
                "name": "users",
                "primary_key": "id",
                "write_disposition": "replace",
                # Lists stay in their rows, as the others print them, instead of becoming tables of their own.
                "max_table_nesting": 0,
                "endpoint": {
                    "path": "api/v1/users",
                    "params": {"limit": 100, "sort": "+createdAt"},
                    "data_selector": "data",
                },
            }
        ],
    }
)
pipeline = dlt.pipeline(
    pipeline_name="users",
    pipelines_dir=os.path.join(folder, "pipelines"),
    destination=filesystem(bucket_url=os.path.join(folder, "loaded")),
    dataset_name="qlik",
)
print(pipeline.run(source, loader_file_format="jsonl"))
