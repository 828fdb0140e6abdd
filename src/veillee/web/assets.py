"""What a browser loads besides pages: read once, compressed once, served under an address that names the content.

`/static/<version>/css/page.css`: the version is a hash over every file, so that an answer may be kept for ever and an
upgrade is seen at once. Modules import each other by relative paths and stay within their version.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from veillee.web.wording import Wording

FOLDER = Path(__file__).parent / "static"

_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
"""What is served; a file of another kind stays unseen."""

_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its bytes, plain and compressed with gzip (RFC 1952)."""

    kind: str
    plain: bytes
    small: bytes


class Assets:
    """Every asset, in memory (a few hundred KiB)."""

    def __init__(self, folder: Path, wording: Wording) -> None:
        self._files: dict[str, Asset] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in _TYPES:
                name = path.relative_to(folder).as_posix()
                self._add(name, path.read_bytes() if name.startswith("vendor/") else _lean(path))
        for language in wording.languages:
            words = json.dumps(wording.for_client(language), ensure_ascii=False, separators=(",", ":"))
            self._add(f"words/{language}.json", words.encode())
        digest = hashlib.sha256()
        for name, asset in sorted(self._files.items()):
            digest.update(name.encode() + b"\0" + asset.plain)
        self.version = digest.hexdigest()[:12]

    def _add(self, name: str, content: bytes) -> None:
        kind = _TYPES[Path(name).suffix]
        self._files[name] = Asset(kind, content, gzip.compress(content, 9, mtime=0))

    def url(self, name: str) -> str:
        """Where a browser finds an asset; raises `KeyError` for one that is not there."""
        if name not in self._files:
            raise KeyError(name)
        return f"/static/{self.version}/{name}"

    def get(self, name: str) -> Asset | None:
        """An asset by its path below `static/`."""
        return self._files.get(name)

    def names(self) -> list[str]:
        """Every asset's path."""
        return sorted(self._files)

    def routes(self) -> list[BaseRoute]:
        """The routes that serve them; a page of another version finds the newest file, not to be kept."""
        return [Route("/static/{version}/{name:path}", self._serve, methods=["GET"], include_in_schema=False)]

    async def _serve(self, request: Request) -> Response:
        asset = self._files.get(request.path_params["name"])
        if asset is None:
            return Response(status_code=404)
        kept = _FOREVER if request.path_params["version"] == self.version else "no-cache"
        headers = {"cache-control": kept, "vary": "accept-encoding", "x-content-type-options": "nosniff"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.small, headers=headers | {"content-encoding": "gzip"}, media_type=asset.kind)
        return Response(asset.plain, headers=headers, media_type=asset.kind)


def _lean(path: Path) -> bytes:
    """A file of ours as browsers get it: scripts and styles without comments and indentation, a fifth of their weight.

    Only comments that stand on lines of their own are taken out, so that no text inside a string is touched.
    """
    if path.suffix not in (".js", ".css"):
        return path.read_bytes()
    text = re.sub(r"^[ \t]*/\*.*?\*/[ \t]*$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    if path.suffix == ".js":
        text = re.sub(r"^[ \t]*//.*$", "", text, flags=re.MULTILINE)
    return re.sub(r"\n\s*", "\n", text).strip().encode() + b"\n"
