"""Runs a recipe of DataHub: python datahub_run.py <recipe.json>

Its own command does the same, and then asks the internet for newer versions and waits for the answer.
"""

import json
import sys

from datahub.ingestion.run.pipeline import Pipeline

with open(sys.argv[1], encoding="utf-8") as file:
    pipeline = Pipeline.create(json.load(file))
pipeline.run()
pipeline.pretty_print_summary()
pipeline.raise_from_status()
