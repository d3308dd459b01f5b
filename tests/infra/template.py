"""A synthesized template, asked in the words of the tests."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LOGICAL_ID_HASH = re.compile(r"[0-9A-F]{8}$")


@dataclass(frozen=True)
class Template:
    body: dict[str, Any]
    outdir: Path
    name: str

    @classmethod
    def read(cls, outdir: Path, *, name: str = "Usher") -> "Template":
        return cls(json.loads((outdir / f"{name}.template.json").read_text()), outdir, name)

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        resources: dict[str, dict[str, Any]] = self.body["Resources"]
        return resources

    def of_type(self, cfn_type: str) -> dict[str, dict[str, Any]]:
        """The resources of a type, as logical id → properties."""
        return {
            logical_id: resource.get("Properties", {})
            for logical_id, resource in self.resources.items()
            if resource["Type"] == cfn_type
        }

    def one(self, cfn_type: str) -> dict[str, Any]:
        """The only resource of a type, whole."""
        (resource,) = (r for r in self.resources.values() if r["Type"] == cfn_type)
        return resource

    def functions(self) -> dict[str, dict[str, Any]]:
        """Usher's functions, as name → properties."""
        return {
            function["Handler"].split(".")[1]: function
            for function in self.of_type("AWS::Lambda::Function").values()
        }

    def function_asset(self, function: dict[str, Any]) -> Path:
        """The folder that is zipped and uploaded as the function's code."""
        return self.asset(function["Code"])

    def asset(self, code: dict[str, Any]) -> Path:
        """The folder that is zipped and uploaded as the code of a function, or the content of a layer."""
        asset_hash: str = code["S3Key"].removesuffix(".zip")
        manifest = json.loads((self.outdir / f"{self.name}.assets.json").read_text())
        source: str = manifest["files"][asset_hash]["source"]["path"]
        return (self.outdir / source).resolve()

    def allowed(self, role_id: str) -> set[tuple[str, str]]:
        """What a role may do, as pairs of an action and the name of what it is done to."""
        return {
            (action, words(resource))
            for policy in self.of_type("AWS::IAM::Policy").values()
            if {"Ref": role_id} in policy["Roles"]
            for statement in policy["PolicyDocument"]["Statement"]
            for action in _many(statement["Action"])
            for resource in _many(statement["Resource"])
        }


def words(value: Any) -> str:
    """What an intrinsic function points to, without the hashes of logical ids."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            return f"${{{_plain(name)}}}"
        case {"Fn::GetAtt": [name, "Arn"]}:
            return _plain(name)
        case {"Fn::GetAtt": [name, attribute]}:
            return f"{_plain(name)}.{attribute}"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(words(part) for part in parts)
    raise AssertionError(f"unexpected in a policy: {value}")


def references(value: Any) -> Iterator[str]:
    """The logical ids that a piece of the template refers to."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), _]}:
            yield name
        case dict():
            for item in value.values():
                yield from references(item)
        case list():
            for item in value:
                yield from references(item)


def _plain(logical_id: str) -> str:
    return _LOGICAL_ID_HASH.sub("", logical_id)


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
