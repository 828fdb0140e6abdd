"""What a first visit fetches: python -m bench.first_load. Bytes as they travel, page by page, of a fresh browser.

Follows what the page asks for by itself: style sheets, scripts and the modules they import, icons; each file once.
"""

from __future__ import annotations

import gzip
import json
import re
import urllib.request
from collections import deque
from urllib.parse import urljoin, urlsplit

from bench.server import running

LINKS = re.compile(r"""<(?:script|link|img|use)\b[^>]*?(?:src|href)=["']([^"'#]+)""")
IMPORTS = re.compile(r"""(?:import|from)\s*["']([^"']+\.js[^"']*)["']""")
PASSIVE = re.compile(r"""<link\b[^>]*rel=["'](?:canonical|alternate|manifest|help|license)["'][^>]*>""")


def fetch(url: str, cookie: str = "") -> tuple[bytes, int]:
    """A file's content and the bytes of its body on the wire; a server that does not compress is compressed for."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip", "Accept": "text/html", "Cookie": cookie})
    with urllib.request.urlopen(request, timeout=10) as answer:
        body = answer.read()
        if answer.headers.get("Content-Encoding") == "gzip":
            return gzip.decompress(body), len(body)
        return body, len(gzip.compress(body, 6))


def load(start: str, cookie: str = "") -> dict[str, int]:
    """Every file that opening `start` fetches, with its bytes."""
    weights: dict[str, int] = {}
    waiting = deque([start])
    while waiting:
        url = waiting.popleft()
        if url in weights or urlsplit(url).netloc != urlsplit(start).netloc:
            continue
        content, weights[url] = fetch(url, cookie)
        text = content.decode("utf-8", "replace")
        if url == start:
            waiting.extend(urljoin(url, link) for link in LINKS.findall(PASSIVE.sub("", text)))
        elif urlsplit(url).path.endswith(".js"):
            waiting.extend(urljoin(url, link) for link in IMPORTS.findall(text))
    return weights


def enter(base: str) -> str:
    """Enter the demo; answers the cookies."""
    body = json.dumps({"nick": "Peseuse", "rules": True, "age": 30}).encode()
    request = urllib.request.Request(f"{base}/api/v1/enter", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return "; ".join(cookie.split(";")[0] for cookie in answer.headers.get_all("Set-Cookie") or [])


def main() -> None:
    """Weigh the entry page and the room page of a guest."""
    with running(cpu=None) as server:
        base = f"http://127.0.0.1:{server.port}"
        pages = {"entry": load(f"{base}/"), "room": load(f"{base}/s/accueil", enter(base))}
    for name, weights in pages.items():
        print(f"**{name}**: {sum(weights.values()):,} bytes in {len(weights)} files")
        for url, weight in sorted(weights.items(), key=lambda item: -item[1]):
            print(f"  {weight:>7,}  {urlsplit(url).path}")


if __name__ == "__main__":
    main()
