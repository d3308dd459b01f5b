"""The session of botocore, from which all clients are made, with a faster reading of the models of services.

A client is made from some JSON files of botocore, which takes a third of its time. msgspec reads them three
times as fast, into less memory. And botocore would look into the folders of all services for whether there is
a model of the one that is asked for (decision 91).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import botocore.session
import msgspec
from botocore.loaders import JSONFileLoader, Loader
from botocore.session import Session


def create_session() -> Session:
    """Return a new session, configured by the environment."""
    session = botocore.session.get_session()
    session.register_component("data_loader", _ModelLoader(file_loader=_FileLoader()))
    return session


class _FileLoader(JSONFileLoader):
    """Reads JSON files with msgspec."""

    def _load_file(self, full_path: str, open_method: Callable[[str, str], BinaryIO]) -> Any:  # noqa: ANN401 - JSON
        try:
            with open_method(full_path, "rb") as file:
                return msgspec.json.decode(file.read())
        except FileNotFoundError:
            return None


class _ModelLoader(Loader):
    """Finds the models of services."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - botocore's own
        """Return the services that botocore has a model of, of whatever type."""
        return [folder.name for folder in Path(self.BUILTIN_DATA_PATH).iterdir()]
