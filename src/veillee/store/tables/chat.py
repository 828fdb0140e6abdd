"""Tables of the community: rooms, guests, messages, the durable stream of each room, sanctions, the outbox.

Times are Unix milliseconds (UTC). A room's `last_s` is the offset given out last; its row is locked while it
gives out the next. `stream` is what clients replay: one row per durable event, its text joined from `messages`
when it is read, so that replay never resurrects what was removed.
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, String, Table, Text, false, true

from veillee.store.tables.metadata import metadata

rooms = Table(
    "rooms",
    metadata,
    Column("slug", String(48), primary_key=True),
    Column("epoch", String(12), nullable=False),
    Column("last_s", BigInteger, nullable=False, server_default="0"),
    Column("name", String(80), nullable=False),
    Column("topic", String(200), nullable=False, server_default=""),
    Column("notice", String(500), nullable=False, server_default=""),
    Column("language", String(8), nullable=False, server_default="fr"),
    Column("created_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("public_reading", Boolean, nullable=False, server_default=true()),
    Column("slow_seconds", Integer, nullable=False, server_default="0"),
    Column("capacity", Integer, nullable=False, server_default="2000"),
    Column("on_fault", String(8), nullable=False, server_default="hold"),
    Column("unattended", String(8), nullable=False, server_default="guarded"),
    Column("links", Boolean, nullable=False, server_default=true()),
    Column("retention_days", Integer, nullable=False, server_default="30"),
    info={"retention": "while the room exists"},
)

guests = Table(
    "guests",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("device", String(64), nullable=False),
    Column("token_hash", String(64), unique=True),
    Column("pseudonym", String(24), nullable=False),
    Column("skeleton", String(64), nullable=False),
    Column("phrase_hash", String(64)),
    Column("age", Integer),
    Column("gender", String(16)),
    Column("area", String(64)),
    Column("protected", Boolean, nullable=False, server_default=false()),
    Column("language", String(8), nullable=False, server_default="fr"),
    Column("entered_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("left_at", BigInteger),
    Column("last_s", BigInteger, nullable=False, server_default="0"),
    Index(None, "skeleton"),
    Index(None, "device"),
    Index(None, "phrase_hash"),
    info={"retention": "one year after the guest was last seen"},
)

members = Table(
    "members",
    metadata,
    Column("u", String(16), primary_key=True),
    Column("guest_id", String(26), nullable=False),
    Column("room", String(48), nullable=False),
    Column("pseudonym", String(24), nullable=False),
    Column("joined_at", BigInteger, nullable=False),
    Index(None, "guest_id"),
    info={"retention": "with the guest"},
)

messages = Table(
    "messages",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("room", String(48), nullable=False),
    Column("s", BigInteger),
    Column("guest_id", String(26), nullable=False),
    Column("device", String(64), nullable=False),
    Column("u", String(16), nullable=False),
    Column("pseudonym", String(24), nullable=False),
    Column("body", Text, nullable=False),
    Column("reply_to", String(26)),
    Column("at", BigInteger, nullable=False),
    Column("edited_at", BigInteger),
    Column("state", String(10), nullable=False),
    Column("removed_by", String(12)),
    Column("case_number", String(9)),
    Column("verdict", JSON(none_as_null=True)),
    Column("edit_of", String(26)),
    Index(None, "room", "s"),
    Index(None, "guest_id", "at"),
    info={"retention": "the room's retention_days; what was held or refused, six months"},
)

message_versions = Table(
    "message_versions",
    metadata,
    Column("message_id", String(26), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("body", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    info={"retention": "with the message"},
)

stream = Table(
    "stream",
    metadata,
    Column("room", String(48), primary_key=True),
    Column("s", BigInteger, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("message_id", String(26)),
    Column("at", BigInteger, nullable=False),
    Column("data", JSON(none_as_null=True)),
    sqlite_with_rowid=False,
    info={"retention": "with the message"},
)

send_keys = Table(
    "send_keys",
    metadata,
    Column("guest_id", String(26), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("digest", String(32), nullable=False),
    Column("message_id", String(26), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "at"),
    sqlite_with_rowid=False,
    info={"retention": "24 hours"},
)

personal = Table(
    "personal",
    metadata,
    Column("guest_id", String(26), primary_key=True),
    Column("s", BigInteger, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("data", JSON, nullable=False),
    sqlite_with_rowid=False,
    info={"retention": "with the guest"},
)

blocks = Table(
    "blocks",
    metadata,
    Column("device", String(64), primary_key=True),
    Column("blocked_device", String(64), primary_key=True),
    Column("at", BigInteger, nullable=False),
    info={"retention": "one year, or until undone"},
)

sanctions = Table(
    "sanctions",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("device", String(64), nullable=False),
    Column("guest_id", String(26), nullable=False),
    Column("room", String(48)),
    Column("rule", String(40), nullable=False),
    Column("case_number", String(9)),
    Column("code", String(40)),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger),
    Column("lifted_at", BigInteger),
    Index(None, "device"),
    info={"retention": "one year after its end"},
)

risks = Table(
    "risks",
    metadata,
    Column("subject", String(140), primary_key=True),
    Column("state", JSON, nullable=False),
    Column("at", BigInteger, nullable=False),
    info={"retention": "7 days"},
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("topic", String(40), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
    info={"retention": "until it is carried out"},
)

secrets = Table(
    "secrets",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(128), nullable=False),
    info={"retention": "while the instance exists"},
)
