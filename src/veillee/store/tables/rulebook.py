"""Tables of the rules: every text that ever stood in force, what staff wrote over it, and how often each fired.

None holds a person: samples name messages, and go with them. Times are Unix milliseconds (UTC).
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, String, Table, Text

from veillee.store.tables.metadata import metadata

rule_texts = Table(
    "rule_texts",
    metadata,
    Column("hash", String(16), primary_key=True),
    Column("rule_id", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("file", String(80), nullable=False),
    Column("text", Text, nullable=False),
    Column("around", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "rule_id"),
    info={"retention": "while the instance exists"},
)

rule_editions = Table(
    "rule_editions",
    metadata,
    Column("hash", String(16), primary_key=True),
    Column("rule_id", String(80), nullable=False),
    Column("origin", String(8), nullable=False),
    Column("by", String(26), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("note", String(500), nullable=False, server_default=""),
    Column("based_on", String(16)),
    Column("stage", String(12), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("backtested_at", BigInteger),
    Column("shadowed_at", BigInteger),
    Column("share", Integer, nullable=False, server_default="0"),
    Column("unit", String(8), nullable=False, server_default="room"),
    Column("tripped_at", BigInteger),
    Column("waivers", JSON, nullable=False),
    Column("report", JSON(none_as_null=True)),
    Index(None, "rule_id"),
    Index(None, "stage"),
    info={"retention": "while the instance exists"},
)

rule_tallies = Table(
    "rule_tallies",
    metadata,
    Column("hash", String(16), primary_key=True),
    Column("hour", BigInteger, primary_key=True),
    Column("mode", String(8), primary_key=True),
    Column("seen", Integer, nullable=False),
    Column("hits", Integer, nullable=False),
    Index(None, "hour"),
    info={"retention": "60 days"},
)

rule_samples = Table(
    "rule_samples",
    metadata,
    Column("hash", String(16), primary_key=True),
    Column("message_id", String(26), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Index(None, "message_id"),
    info={"retention": "with the message"},
)
