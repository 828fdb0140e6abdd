"""first room."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=26), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        info={"retention": "five years"},
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_subject"), ["subject"], unique=False)

    op.create_table(
        "blocks",
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("blocked_device", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device", "blocked_device", name=op.f("pk_blocks")),
        info={"retention": "one year, or until undone"},
    )
    op.create_table(
        "duties",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("staff_id", sa.String(length=26), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
        info={"retention": "one year"},
    )
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duties_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "guests",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("pseudonym", sa.String(length=24), nullable=False),
        sa.Column("skeleton", sa.String(length=64), nullable=False),
        sa.Column("phrase_hash", sa.String(length=64), nullable=True),
        sa.Column("age", sa.Integer(), nullable=True),
        sa.Column("gender", sa.String(length=16), nullable=True),
        sa.Column("area", sa.String(length=64), nullable=True),
        sa.Column("protected", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("language", sa.String(length=8), server_default="fr", nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.Column("last_s", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guests")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_guests_token_hash")),
        info={"retention": "one year after the guest was last seen"},
    )
    with op.batch_alter_table("guests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guests_device"), ["device"], unique=False)
        batch_op.create_index(batch_op.f("ix_guests_phrase_hash"), ["phrase_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_guests_skeleton"), ["skeleton"], unique=False)

    op.create_table(
        "members",
        sa.Column("u", sa.String(length=16), nullable=False),
        sa.Column("guest_id", sa.String(length=26), nullable=False),
        sa.Column("room", sa.String(length=48), nullable=False),
        sa.Column("pseudonym", sa.String(length=24), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("u", name=op.f("pk_members")),
        info={"retention": "with the guest"},
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_members_guest_id"), ["guest_id"], unique=False)

    op.create_table(
        "message_versions",
        sa.Column("message_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "number", name=op.f("pk_message_versions")),
        info={"retention": "with the message"},
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("room", sa.String(length=48), nullable=False),
        sa.Column("s", sa.BigInteger(), nullable=True),
        sa.Column("guest_id", sa.String(length=26), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("u", sa.String(length=16), nullable=False),
        sa.Column("pseudonym", sa.String(length=24), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.String(length=26), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("edited_at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("removed_by", sa.String(length=12), nullable=True),
        sa.Column("case_number", sa.String(length=9), nullable=True),
        sa.Column("verdict", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("edit_of", sa.String(length=26), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        info={"retention": "the room's retention_days; what was held or refused, six months"},
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messages_guest_id_at"), ["guest_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_room_s"), ["room", "s"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        info={"retention": "until it is carried out"},
        sqlite_autoincrement=True,
    )
    op.create_table(
        "personal",
        sa.Column("guest_id", sa.String(length=26), nullable=False),
        sa.Column("s", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("guest_id", "s", name=op.f("pk_personal")),
        info={"retention": "with the guest"},
        sqlite_with_rowid=False,
    )
    op.create_table(
        "risks",
        sa.Column("subject", sa.String(length=140), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_risks")),
        info={"retention": "7 days"},
    )
    op.create_table(
        "rooms",
        sa.Column("slug", sa.String(length=48), nullable=False),
        sa.Column("epoch", sa.String(length=12), nullable=False),
        sa.Column("last_s", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("topic", sa.String(length=200), server_default="", nullable=False),
        sa.Column("notice", sa.String(length=500), server_default="", nullable=False),
        sa.Column("language", sa.String(length=8), server_default="fr", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("public_reading", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("slow_seconds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("capacity", sa.Integer(), server_default="2000", nullable=False),
        sa.Column("on_fault", sa.String(length=8), server_default="hold", nullable=False),
        sa.Column("unattended", sa.String(length=8), server_default="guarded", nullable=False),
        sa.Column("links", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("retention_days", sa.Integer(), server_default="30", nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_rooms")),
        info={"retention": "while the room exists"},
    )
    op.create_table(
        "sanctions",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("guest_id", sa.String(length=26), nullable=False),
        sa.Column("room", sa.String(length=48), nullable=True),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("case_number", sa.String(length=9), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanctions")),
        info={"retention": "one year after its end"},
    )
    with op.batch_alter_table("sanctions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sanctions_device"), ["device"], unique=False)

    op.create_table(
        "secrets",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secrets")),
        info={"retention": "while the instance exists"},
    )
    op.create_table(
        "send_keys",
        sa.Column("guest_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guest_id", "key", name=op.f("pk_send_keys")),
        info={"retention": "24 hours"},
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("send_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_send_keys_at"), ["at"], unique=False)

    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("pseudonym", sa.String(length=24), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=8), server_default="fr", nullable=False),
        sa.Column("password_hash", sa.String(length=160), nullable=False),
        sa.Column("totp_secret", sa.String(length=64), nullable=False),
        sa.Column("totp_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_staff_pseudonym")),
        info={"retention": "one year after the account was disabled"},
    )
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=26), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_sessions")),
        info={"retention": "12 hours"},
    )
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_sessions_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "stream",
        sa.Column("room", sa.String(length=48), nullable=False),
        sa.Column("s", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("message_id", sa.String(length=26), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("room", "s", name=op.f("pk_stream")),
        info={"retention": "with the message"},
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("stream")
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_sessions_staff_id"))

    op.drop_table("staff_sessions")
    op.drop_table("staff")
    with op.batch_alter_table("send_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_send_keys_at"))

    op.drop_table("send_keys")
    op.drop_table("secrets")
    with op.batch_alter_table("sanctions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sanctions_device"))

    op.drop_table("sanctions")
    op.drop_table("rooms")
    op.drop_table("risks")
    op.drop_table("personal")
    op.drop_table("outbox")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_room_s"))
        batch_op.drop_index(batch_op.f("ix_messages_guest_id_at"))

    op.drop_table("messages")
    op.drop_table("message_versions")
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_members_guest_id"))

    op.drop_table("members")
    with op.batch_alter_table("guests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guests_skeleton"))
        batch_op.drop_index(batch_op.f("ix_guests_phrase_hash"))
        batch_op.drop_index(batch_op.f("ix_guests_device"))

    op.drop_table("guests")
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duties_ends_at"))

    op.drop_table("duties")
    op.drop_table("blocks")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_subject"))
        batch_op.drop_index(batch_op.f("ix_audit_at"))

    op.drop_table("audit")
