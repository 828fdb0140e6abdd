"""from report to appeal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "appeals",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("case_number", sa.String(length=9), nullable=False),
        sa.Column("decision_id", sa.String(length=26), nullable=False),
        sa.Column("appellant", sa.String(length=10), nullable=False),
        sa.Column("opened_by", sa.String(length=26), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("decided_by", sa.String(length=26), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        info={"retention": "with the statement"},
    )
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeals_case_number"), ["case_number"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeals_state"), ["state"], unique=False)
        batch_op.create_index("uq_appeals_once", ["decision_id", "opened_by"], unique=True)

    op.create_table(
        "cases",
        sa.Column("number", sa.String(length=9), nullable=False),
        sa.Column("subject_kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("room", sa.String(length=48), nullable=True),
        sa.Column("guest_id", sa.String(length=26), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("pseudonym", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("danger", sa.Integer(), nullable=False),
        sa.Column("readers", sa.Integer(), nullable=False),
        sa.Column("reporters", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("claimed_by", sa.String(length=26), nullable=True),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_cases")),
        info={"retention": "one year after it was closed"},
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cases_device"), ["device"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_cases_open_subject",
            ["subject_kind", "subject_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "decisions",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("case_number", sa.String(length=9), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=26), nullable=False),
        sa.Column("measure", sa.String(length=12), nullable=False),
        sa.Column("removes", sa.Boolean(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("ground", sa.String(length=8), nullable=True),
        sa.Column("rule", sa.String(length=40), nullable=True),
        sa.Column("law", sa.String(length=500), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=True),
        sa.Column("reverses", sa.String(length=26), nullable=True),
        sa.Column("own_reviewer", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("reverses", name=op.f("uq_decisions_reverses")),
        info={"retention": "with the case; figures without persons stay"},
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decisions_case_number"), ["case_number"], unique=False)

    op.create_table(
        "enforcements",
        sa.Column("decision_id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_enforcements")),
        info={"retention": "with the decision"},
    )
    op.create_table(
        "report_items",
        sa.Column("report_id", sa.String(length=26), nullable=False),
        sa.Column("case_number", sa.String(length=9), nullable=False),
        sa.Column("location", sa.String(length=500), nullable=False),
        sa.Column("snapshot_id", sa.String(length=26), nullable=True),
        sa.PrimaryKeyConstraint("report_id", "case_number", name=op.f("pk_report_items")),
        info={"retention": "with the case"},
    )
    with op.batch_alter_table("report_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_items_case_number"), ["case_number"], unique=False)

    op.create_table(
        "reports",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("reporter", sa.String(length=64), nullable=False),
        sa.Column("guest_id", sa.String(length=26), nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("anonymous", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_reports_code_hash")),
        info={"retention": "with the case; the notifier's name and e-mail six months after the time to contest"},
    )
    op.create_table(
        "snapshots",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("case_number", sa.String(length=9), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshots")),
        info={"retention": "with the case"},
    )
    with op.batch_alter_table("snapshots", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_snapshots_case_number"), ["case_number"], unique=False)

    op.create_table(
        "statements",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("case_number", sa.String(length=9), nullable=False),
        sa.Column("decision_id", sa.String(length=26), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("puid", sa.String(length=64), nullable=False),
        sa.Column("guest_id", sa.String(length=26), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("appeal_until", sa.BigInteger(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_statements_code_hash")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_statements_decision_id")),
        sa.UniqueConstraint("puid", name=op.f("uq_statements_puid")),
        info={"retention": "one year after the time to contest"},
    )
    with op.batch_alter_table("statements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statements_case_number"), ["case_number"], unique=False)


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("statements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statements_case_number"))

    op.drop_table("statements")
    with op.batch_alter_table("snapshots", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_snapshots_case_number"))

    op.drop_table("snapshots")
    op.drop_table("reports")
    with op.batch_alter_table("report_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_items_case_number"))

    op.drop_table("report_items")
    op.drop_table("enforcements")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_case_number"))

    op.drop_table("decisions")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_cases_open_subject", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(batch_op.f("ix_cases_state"))
        batch_op.drop_index(batch_op.f("ix_cases_device"))

    op.drop_table("cases")
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.drop_index("uq_appeals_once")
        batch_op.drop_index(batch_op.f("ix_appeals_state"))
        batch_op.drop_index(batch_op.f("ix_appeals_case_number"))

    op.drop_table("appeals")
