run_as_root = true
daemonize = false
pidfile = "${folder}/pid"
data_path = "${folder}"
log = { error = "${folder}/errors" }
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
c2s_require_encryption = false
network_backend = "epoll"
network_settings = { tcp_backlog = 4096, max_send_buffer_size = 268435456, read_timeout = 3600, send_timeout = 3600 }
modules_enabled = { "saslauth", "roster", "disco" }
modules_disabled = { "s2s", "tls", "offline", "c2s_limit", "limits" }
storage = "memory"

VirtualHost "localhost"
  authentication = "anonymous"

Component "conference.localhost" "muc"
  restrict_room_creation = false
  muc_room_locking = false
  max_history_messages = 0
  muc_room_default_history_length = 0
  muc_room_default_presence_broadcast = { visitor = false, participant = false, moderator = false }
