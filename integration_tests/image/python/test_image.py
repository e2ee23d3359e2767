"""What Airbyte holds images and their metadata to, by its own tests and schema.

The Python CDK's command chooses a suite by the connector's language and knows none for TypeScript; the suite of images is the
same for all, so pytest is given it here. CONNECTOR names a folder with metadata.yaml, acceptance-test-config.yml and the files
that this one names:

    CONNECTOR=... pytest -p airbyte_cdk.test.standard_tests.pytest_hooks test_image.py --connector-image IMAGE
"""

import os
from pathlib import Path

import yaml
from airbyte_cdk.test.standard_tests.docker_base import DockerConnectorTestSuite
from airbyte_connector_models.metadata.v0.connector_metadata_definition_v0 import ConnectorMetadataDefinitionV0

CONNECTOR = Path(os.environ["CONNECTOR"])


class TestImage(DockerConnectorTestSuite):
    @classmethod
    def get_connector_root_dir(cls) -> Path:
        return CONNECTOR

    def test_docker_image_metadata_fits_the_registry(self) -> None:
        """The registry refuses a key that it does not know."""
        ConnectorMetadataDefinitionV0.model_validate(yaml.safe_load((CONNECTOR / "metadata.yaml").read_text()))
