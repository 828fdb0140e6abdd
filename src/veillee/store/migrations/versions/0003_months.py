"""months: on PostgreSQL messages lie in partitions by month of their id (store/partitions.py); nothing on SQLite."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEXES = ("ix_messages_guest_id_at ON messages (guest_id, at)", "ix_messages_room_s ON messages (room, s)")


def upgrade() -> None:
    """To this revision. Ids are compared as bytes, whatever the language of the database: ranges of them are months."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE messages RENAME TO messages_before")
    op.execute("ALTER TABLE messages_before DROP CONSTRAINT pk_messages")
    op.execute('ALTER TABLE messages_before ALTER COLUMN id TYPE varchar(26) COLLATE "C"')
    _moved("CREATE TABLE messages (LIKE messages_before INCLUDING DEFAULTS) PARTITION BY RANGE (id)")


def downgrade() -> None:
    """Back to the one before."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE messages RENAME TO messages_before")
    op.execute("ALTER TABLE messages_before DROP CONSTRAINT pk_messages")
    _moved("CREATE TABLE messages (LIKE messages_before INCLUDING DEFAULTS)", rest=False)
    op.execute("ALTER TABLE messages ALTER COLUMN id TYPE varchar(26)")


def _moved(create: str, *, rest: bool = True) -> None:
    for index in INDEXES:
        op.execute(f"DROP INDEX {index.split()[0]}")
    op.execute(create)
    op.execute("ALTER TABLE messages ADD CONSTRAINT pk_messages PRIMARY KEY (id)")
    for index in INDEXES:
        op.execute(f"CREATE INDEX {index}")
    if rest:
        op.execute("CREATE TABLE messages_rest PARTITION OF messages DEFAULT")
    op.execute("INSERT INTO messages SELECT * FROM messages_before")
    op.execute("DROP TABLE messages_before")
