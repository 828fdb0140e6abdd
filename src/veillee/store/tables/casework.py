"""Tables of the casework: cases, reports, evidence, decisions, statements of reasons, appeals.

Decisions, statements and snapshots are only ever inserted. What was carried out of a decision stands in
`enforcements`, so that the decision itself never changes. Times are Unix milliseconds (UTC).
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, String, Table, Text, false, text

from veillee.store.tables.metadata import metadata

cases = Table(
    "cases",
    metadata,
    Column("number", String(9), primary_key=True),
    Column("subject_kind", String(10), nullable=False),
    Column("subject_id", String(64), nullable=False),
    Column("room", String(48)),
    Column("guest_id", String(26), nullable=False),
    Column("device", String(64), nullable=False),
    Column("pseudonym", String(24), nullable=False),
    Column("language", String(8), nullable=False),
    Column("source", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("version", Integer, nullable=False),
    Column("danger", Integer, nullable=False),
    Column("readers", Integer, nullable=False),
    Column("reporters", Integer, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("categories", JSON, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("claimed_by", String(26)),
    Column("claimed_until", BigInteger),
    Index(None, "state"),
    Index(None, "device"),
    Index(
        "uq_cases_open_subject",
        "subject_kind",
        "subject_id",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    info={"retention": "one year after it was closed"},
)

reports = Table(
    "reports",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("source", String(10), nullable=False),
    Column("reporter", String(64), nullable=False),
    Column("guest_id", String(26)),
    Column("reason", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("name", String(200)),
    Column("email", String(254)),
    Column("anonymous", Boolean, nullable=False, server_default=false()),
    info={"retention": "with the case; the notifier's name and e-mail six months after the time to contest"},
)

report_items = Table(
    "report_items",
    metadata,
    Column("report_id", String(26), primary_key=True),
    Column("case_number", String(9), primary_key=True),
    Column("location", String(500), nullable=False),
    Column("snapshot_id", String(26)),
    Index(None, "case_number"),
    info={"retention": "with the case"},
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("case_number", String(9), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("content", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Index(None, "case_number"),
    info={"retention": "with the case"},
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("case_number", String(9), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(26), nullable=False),
    Column("measure", String(12), nullable=False),
    Column("removes", Boolean, nullable=False),
    Column("ends_at", BigInteger),
    Column("ground", String(8)),
    Column("rule", String(40)),
    Column("law", String(500)),
    Column("facts", Text, nullable=False),
    Column("explanation", Text, nullable=False),
    Column("category", String(24)),
    Column("reverses", String(26), unique=True),
    Column("own_reviewer", Boolean, nullable=False),
    Index(None, "case_number"),
    info={"retention": "with the case; figures without persons stay"},
)

enforcements = Table(
    "enforcements",
    metadata,
    Column("decision_id", String(26), primary_key=True),
    Column("at", BigInteger, nullable=False),
    info={"retention": "with the decision"},
)

statements = Table(
    "statements",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("case_number", String(9), nullable=False),
    Column("decision_id", String(26), nullable=False, unique=True),
    Column("about", String(64), nullable=False),
    Column("puid", String(64), nullable=False, unique=True),
    Column("guest_id", String(26), nullable=False),
    Column("language", String(8), nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("appeal_until", BigInteger, nullable=False),
    Column("fields", JSON, nullable=False),
    Index(None, "case_number"),
    info={"retention": "one year after the time to contest"},
)

appeals = Table(
    "appeals",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("case_number", String(9), nullable=False),
    Column("decision_id", String(26), nullable=False),
    Column("appellant", String(10), nullable=False),
    Column("opened_by", String(26), nullable=False),
    Column("note", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("state", String(20), nullable=False),
    Column("decided_by", String(26)),
    Column("decided_at", BigInteger),
    Column("answer", Text, nullable=False, server_default=""),
    Index("uq_appeals_once", "decision_id", "opened_by", unique=True),
    Index(None, "case_number"),
    Index(None, "state"),
    info={"retention": "with the statement"},
)
