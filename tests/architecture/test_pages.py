"""What holds for all pages and scripts: words come from the catalogue, colours from the tokens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

WEB = ROOT / "src/veillee/web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SCRIPTS = sorted((WEB / "static/js").rglob("*.js"))
STYLES = sorted((WEB / "static/css").glob("*.css"))

_BODY_CLASS = re.compile(r"{% block body_class %}.*?{% endblock %}")
_EXPRESSION = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
_MARKUP = re.compile(r"<(script|style|code)\b.*?</\1>|<[^>]*>|&\w+;|[\w-]+=\"[^\"]*\"", re.DOTALL)
_SHOWN = re.compile(r'\s(?:aria-label|title|placeholder|alt)="([^"]*[A-Za-zÀ-ÿ]{2}[^"]*)"')
_LETTERS = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
_NO_WORDS = {"JSON", "CSV", "Veillée", "TOTP"}
"""Names that are the same in every language."""


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_words_of_its_own(template: Path) -> None:
    """Outside of tags and expressions stands no text, nor in a label."""
    text = _EXPRESSION.sub("", _BODY_CLASS.sub("", template.read_text("utf-8")))
    assert set(_LETTERS.findall(_MARKUP.sub(" ", text))) - _NO_WORDS == set()
    assert _SHOWN.findall(text) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_holds_no_words_of_its_own(script: Path) -> None:
    """Neither between tags nor in a label; no comment or code is taken for one."""
    text = re.sub(r"^\s*(//|\*|/\*).*$", "", script.read_text("utf-8"), flags=re.MULTILINE)
    assert _SHOWN.findall(text) == []
    assert re.findall(r">\s*([A-ZÀ-Ý][a-zà-ÿ’]+(?: [A-Za-zà-ÿ’]+)+)\s*<", text) == []


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_colours_come_from_the_tokens(style: Path) -> None:
    """A colour is written once, as a token at the top of base.css: so that evening and day hold everywhere."""
    text = re.sub(r"/\*.*?\*/", "", style.read_text("utf-8"), flags=re.DOTALL)
    rules = re.sub(r":root {[^}]*}", "", text)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", rules) == []
