"""Assets: served compressed, under an address that names their content."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from veillee.web.assets import FOLDER, Assets
from veillee.web.wording import Wording


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small folder of assets."""
    (tmp_path / "css").mkdir()
    (tmp_path / "css/a.css").write_text("a{color:red}" * 50)
    (tmp_path / "secret.txt").write_text("no")
    return tmp_path


def client(assets: Assets) -> httpx.AsyncClient:
    """The assets behind their routes."""
    transport = httpx.ASGITransport(Starlette(routes=assets.routes()))
    return httpx.AsyncClient(transport=transport, base_url="http://assets.test")


async def test_a_file_is_served_compressed_and_for_ever(folder: Path) -> None:
    """A browser that takes gzip gets it, and need not ask again."""
    assets = Assets(folder, Wording.read())
    answer = await client(assets).get(assets.url("css/a.css"))
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/css")
    asset = assets.get("css/a.css")
    assert asset is not None
    assert gzip.decompress(asset.small) == asset.plain


async def test_whoever_takes_no_gzip_gets_it_plain(folder: Path) -> None:
    """Compression is a choice of the client."""
    assets = Assets(folder, Wording.read())
    answer = await client(assets).get(assets.url("css/a.css"), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.text.startswith("a{")


async def test_the_version_follows_the_content(folder: Path) -> None:
    """Another content, another address; an old address finds the new file but may not keep it."""
    before = Assets(folder, Wording.read())
    (folder / "css/a.css").write_text("b{}")
    after = Assets(folder, Wording.read())
    assert before.version != after.version
    answer = await client(after).get(before.url("css/a.css"))
    assert answer.headers["cache-control"] == "no-cache"


async def test_only_known_kinds_inside_the_folder_are_served(folder: Path) -> None:
    """No other file, and no way out of the folder."""
    assets = Assets(folder, Wording.read())
    served = client(assets)
    for name in ("secret.txt", "%2e%2e/assets.py", "css/%2e%2e/secret.txt", "nothing.css"):
        answer = await served.get(f"/static/{assets.version}/{name}")
        assert answer.status_code == 404
    with pytest.raises(KeyError):
        assets.url("secret.txt")


def test_the_words_of_the_client_are_assets() -> None:
    """Each language's words are one file."""
    assets = Assets(FOLDER, Wording.read())
    assert {"words/fr.json", "words/en.json"} <= set(assets.names())


def test_our_scripts_travel_without_their_comments(tmp_path: Path) -> None:
    """Comments on lines of their own and indentation stay home; text that looks like one inside a line does not."""
    (tmp_path / "a.js").write_text('/** What\n * it does. */\n// why\nconst url = "https://x"; // kept\n  go();\n')
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor/b.js").write_text("// theirs\n")
    assets = Assets(tmp_path, Wording.read())
    ours, theirs = assets.get("a.js"), assets.get("vendor/b.js")
    assert ours is not None
    assert theirs is not None
    assert ours.plain == b'const url = "https://x"; // kept\ngo();\n'
    assert theirs.plain == b"// theirs\n"
