"""Client secrets of single sign-on: one secret in Secrets Manager for each connection, named by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


class ClientSecrets:
    """Writes and reads the secrets whose names begin with `prefix`. The API never returns one."""

    def __init__(self, *, client: SecretsManagerClient, prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    def put(self, connection: str, text: str) -> None:
        """Create or replace the secret of a connection."""
        name = self._prefix + connection
        try:
            self._client.create_secret(
                Name=name, SecretString=text, Description="Usher: the secret of a single sign-on client"
            )
        except self._client.exceptions.ResourceExistsException:
            self._client.put_secret_value(SecretId=name, SecretString=text)

    def get(self, connection: str) -> str | None:
        """Return the secret of a connection, None without one; not cached, so that changes apply at once."""
        try:
            return self._client.get_secret_value(SecretId=self._prefix + connection)["SecretString"]
        except self._client.exceptions.ResourceNotFoundException:
            return None

    def remove(self, connection: str) -> None:
        """Delete the secret of a connection at once, if there is one."""
        try:
            self._client.delete_secret(SecretId=self._prefix + connection, ForceDeleteWithoutRecovery=True)
        except self._client.exceptions.ResourceNotFoundException:
            return
