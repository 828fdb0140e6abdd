"""rulebook."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "rule_editions",
        sa.Column("hash", sa.String(length=16), nullable=False),
        sa.Column("rule_id", sa.String(length=80), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("by", sa.String(length=26), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.Column("based_on", sa.String(length=16), nullable=True),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("backtested_at", sa.BigInteger(), nullable=True),
        sa.Column("shadowed_at", sa.BigInteger(), nullable=True),
        sa.Column("share", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unit", sa.String(length=8), server_default="room", nullable=False),
        sa.Column("tripped_at", sa.BigInteger(), nullable=True),
        sa.Column("waivers", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_rule_editions")),
        info={"retention": "while the instance exists"},
    )
    with op.batch_alter_table("rule_editions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rule_editions_rule_id"), ["rule_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rule_editions_stage"), ["stage"], unique=False)

    op.create_table(
        "rule_samples",
        sa.Column("hash", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", "message_id", name=op.f("pk_rule_samples")),
        info={"retention": "with the message"},
    )
    with op.batch_alter_table("rule_samples", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rule_samples_message_id"), ["message_id"], unique=False)

    op.create_table(
        "rule_tallies",
        sa.Column("hash", sa.String(length=16), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hash", "hour", "mode", name=op.f("pk_rule_tallies")),
        info={"retention": "60 days"},
    )
    with op.batch_alter_table("rule_tallies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rule_tallies_hour"), ["hour"], unique=False)

    op.create_table(
        "rule_texts",
        sa.Column("hash", sa.String(length=16), nullable=False),
        sa.Column("rule_id", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("around", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_rule_texts")),
        info={"retention": "while the instance exists"},
    )
    with op.batch_alter_table("rule_texts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rule_texts_rule_id"), ["rule_id"], unique=False)


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("rule_texts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rule_texts_rule_id"))

    op.drop_table("rule_texts")
    with op.batch_alter_table("rule_tallies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rule_tallies_hour"))

    op.drop_table("rule_tallies")
    with op.batch_alter_table("rule_samples", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rule_samples_message_id"))

    op.drop_table("rule_samples")
    with op.batch_alter_table("rule_editions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rule_editions_stage"))
        batch_op.drop_index(batch_op.f("ix_rule_editions_rule_id"))

    op.drop_table("rule_editions")
