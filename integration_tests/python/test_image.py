"""The image tests that Airbyte's Python CDK holds connectors to.

Its own command chooses a suite by the connector's language and knows none for TypeScript; the suite of images is the same for
all, so pytest is given it here. CONNECTOR names a folder with metadata.yaml, acceptance-test-config.yml and the files that
this one names:

    CONNECTOR=... pytest -p airbyte_cdk.test.standard_tests.pytest_hooks test_image.py --connector-image IMAGE
"""

import os
from pathlib import Path

from airbyte_cdk.test.standard_tests.docker_base import DockerConnectorTestSuite


class TestImage(DockerConnectorTestSuite):
    @classmethod
    def get_connector_root_dir(cls) -> Path:
        return Path(os.environ["CONNECTOR"])
