"""The page docs/reference/models.md, from the model cards beside the weights.

.venv/bin/python -m bench.moderation.card > docs/reference/models.md
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from veillee.outside import weights

HEAD = """# Models

Two small linear models (character n-grams, one byte a weight) read every line and are one signal of the packs among
others: what they find alone is never more than a warning. Written by `python -m bench.moderation.card` from the model
cards in `src/veillee/automod/models/`; a test compares. Taught anew with `python -m bench.moderation.learn --write`,
which needs `requirements/learn.txt` and the public sets. Weights whose hash is not the card's are refused at start.

They learnt from tweets and text messages of their day, with their labellers' errors and prejudices: the French sets
count much rude talk about public persons as harmless, the English one flags words that some communities use among
themselves. No weights come from data that may not be given away; CyberAgressionAdo (non-commercial) and ParisStories
(share-alike) are only measured.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join("\n" + "\n".join(_model(json.loads(text))) + "\n" for text, _ in weights.shipped().values())


def _model(card: dict[str, Any]) -> Iterator[str]:
    yield f"## {card['name']}\n"
    yield f"Tells {card['about']}. SHA-256 of the weights `{card['sha256']}`; made with {card['made_with']}.\n"
    yield "| learnt from | lines | harmful | source and licence |"
    yield "|---|---|---|---|"
    for name, source in card["learnt_from"].items():
        yield f"| {name} | {source['rows']} | {source['harmful']} | {source['source']} |"
    yield f"\nHeld out: {card['held_out']}. On what is held out:\n"
    yield "| clean chat above | score | harmful lines above |"
    yield "|---|---|---|"
    for share, told in card["calibration"].items():
        recall = ", ".join(f"{name} {value:.3f}" for name, value in told["recall"].items())
        yield f"| {share.removeprefix('clean_').removesuffix('_percent')} % | {told['above']} | {recall} |"
    areas = ", ".join(f"{name} {value:.3f}" for name, value in card["measured"].items())
    yield f"\nArea under the curve: {areas}."


if __name__ == "__main__":
    print(page(), end="")
