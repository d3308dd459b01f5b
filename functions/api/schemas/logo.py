"""The upload of a logo."""

from __future__ import annotations

from functions.api.schemas.common import Id, Shape
from functions.api.schemas.imports import Upload


class LogoUpload(Shape):
    """An upload of a logo, with the form to post the file with."""

    id: Id
    upload: Upload


class UploadedLogo(Shape):
    """The upload whose image becomes the logo."""

    upload: Id
