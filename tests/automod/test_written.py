"""Packs as YAML: the line of every key, and what to do about what is not YAML."""

from __future__ import annotations

import pytest
import yaml

from veillee.automod.written import LINE, read, unreadable


def test_every_key_knows_its_line() -> None:
    """A mapping's place is its first line; a key that is not there has the mapping's."""
    place = read("rules:\n  - id: a\n    version: 1\n")["rules"][0][LINE]
    assert (place, place.of("version"), place.of("reason")) == (2, 3, 2)


def test_a_key_that_stands_twice_is_refused() -> None:
    """YAML would let the second one win in silence."""
    with pytest.raises(yaml.MarkedYAMLError) as error:
        read("id: a\nid: b\n")
    line, said, remedy = unreadable(error.value)
    assert (line, "twice" in said, "keep one" in remedy) == (2, True, True)


def test_the_fault_is_shown_where_it_began() -> None:
    """An open bracket is noticed at the end of the text, and told where it opens."""
    with pytest.raises(yaml.MarkedYAMLError) as error:
        read("a: 1\nb: [x, y\nc: 2\nd: 3\n")
    assert unreadable(error.value)[0] == 2
