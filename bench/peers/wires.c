/* The protocols: how each server is greeted, how a message is said, and where one is seen in what arrives. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

static bool starts(const char *bytes, size_t size, const char *what) {
    size_t length = strlen(what);
    return size >= length && memcmp(bytes, what, length) == 0;
}

static bool holds(const char *bytes, size_t size, const char *what) {
    return memmem(bytes, size, what, strlen(what)) != NULL;
}

/* Every complete mark in some bytes is one message. Answers where the search ended: before a mark still to be completed. */
static size_t marks(struct conn *c, const char *bytes, size_t size) {
    const char *at = bytes, *end = bytes + size;
    while ((at = memchr(at, MARK, (size_t)(end - at))) != NULL) {
        if (end - at <= DIGITS)
            return (size_t)(at - bytes);
        uint32_t number = 0;
        int seen = 1;
        for (; seen <= DIGITS && at[seen] >= '0' && at[seen] <= '9'; seen++)
            number = number * 10 + (uint32_t)(at[seen] - '0');
        if (seen > DIGITS)
            delivered(c, number);
        at += seen > DIGITS ? DIGITS : 1;
    }
    return size;
}

/* Protocols of lines: `line` gets each complete one, without its end. */
static size_t lines(struct conn *c, const char *bytes, size_t size, void (*line)(struct conn *, const char *, size_t)) {
    size_t used = 0;
    for (const char *end; (end = memchr(bytes + used, '\n', size - used)) != NULL; used = (size_t)(end - bytes) + 1)
        line(c, bytes + used, (size_t)(end - bytes) - used);
    return used;
}

/* --- lines: the bare floor -------------------------------------------------------------------------------------- */

static void floor_opened(struct conn *c) { putf(c, "J %s\n", room_name(c)); }

static void floor_line(struct conn *c, const char *line, size_t size) {
    if (size == 1 && *line == '+')
        entered(c);
    else
        marks(c, line, size);
}

static size_t floor_heard(struct conn *c, const char *bytes, size_t size) { return lines(c, bytes, size, floor_line); }

static void floor_say(struct conn *c, uint32_t number, const char *text, size_t size) {
    (void)number;
    put(c, text, size);
    put(c, "\n", 1);
}

/* --- IRC -------------------------------------------------------------------------------------------------------- */

static void irc_opened(struct conn *c) { putf(c, "NICK g%u\r\nUSER guest 0 * :guest\r\n", c->name); }

static void irc_line(struct conn *c, const char *line, size_t size) {
    if (starts(line, size, "PING")) {
        putf(c, "PONG%.*s\n", (int)size - 4, line + 4);
    } else if (starts(line, size, "ERROR")) {
        die("irc: %.*s", (int)size, line);
    } else if (c->ready) {
        marks(c, line, size);
    } else {
        const char *space = memchr(line, ' ', size);
        size_t left = space == NULL ? 0 : size - (size_t)(space - line);
        if (c->step == 0 && starts(space, left, " 001 ")) {
            c->step = 1;
            putf(c, "JOIN #%s\r\n", room_name(c));
        } else if (starts(space, left, " 366 ")) {
            entered(c);
        } else if (left > 4 && (space[1] == '4' || space[1] == '5') && !starts(space, left, " 422 ")) {
            die("irc: %.*s", (int)size, line);
        }
    }
}

static size_t irc_heard(struct conn *c, const char *bytes, size_t size) { return lines(c, bytes, size, irc_line); }

static void irc_say(struct conn *c, uint32_t number, const char *text, size_t size) {
    (void)number;
    putf(c, "PRIVMSG #%s :%.*s\r\n", room_name(c), (int)size, text);
}

/* --- NATS ------------------------------------------------------------------------------------------------------- */

static void nats_opened(struct conn *c) {
    putf(c, "CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":true}\r\nSUB %s 1\r\nPING\r\n", room_name(c));
}

static void nats_line(struct conn *c, const char *line, size_t size) {
    if (starts(line, size, "MSG "))
        return; /* its text is the next line */
    if (starts(line, size, "PING"))
        put(c, "PONG\r\n", 6);
    else if (starts(line, size, "PONG"))
        entered(c);
    else if (starts(line, size, "-ERR"))
        die("nats: %.*s", (int)size, line);
    else
        marks(c, line, size);
}

static size_t nats_heard(struct conn *c, const char *bytes, size_t size) { return lines(c, bytes, size, nats_line); }

static void nats_say(struct conn *c, uint32_t number, const char *text, size_t size) {
    (void)number;
    putf(c, "PUB %s %zu\r\n%.*s\r\n", room_name(c), size, (int)size, text);
}

/* --- XMPP, rooms as in XEP-0045, anonymous ---------------------------------------------------------------------- */

#define XMPP_OPEN "<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' " \
                  "xmlns:stream='http://etherx.jabber.org/streams'>"

static void xmpp_opened(struct conn *c) { put(c, XMPP_OPEN, strlen(XMPP_OPEN)); }

static size_t xmpp_heard(struct conn *c, const char *bytes, size_t size) {
    if (c->ready)
        return marks(c, bytes, size);
    static const char *const awaited[] = {"</stream:features>", "<success", "</stream:features>", "</iq>", "110"};
    if (holds(bytes, size, "<failure") || holds(bytes, size, "type='error'") || holds(bytes, size, "type=\"error\""))
        die("xmpp: %.*s", (int)size, bytes);
    const char *found = memmem(bytes, size, awaited[c->step], strlen(awaited[c->step]));
    if (found == NULL)
        return 0;
    switch (c->step++) {
    case 0:
        putf(c, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>");
        break;
    case 1:
        put(c, XMPP_OPEN, strlen(XMPP_OPEN));
        break;
    case 2:
        putf(c, "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
        break;
    case 3:
        putf(c, "<presence to='%s@conference.localhost/g%u'><x xmlns='http://jabber.org/protocol/muc'>"
                "<history maxstanzas='0'/></x></presence>", room_name(c), c->name);
        break;
    default:
        entered(c);
    }
    return size;
}

static void xmpp_say(struct conn *c, uint32_t number, const char *text, size_t size) {
    (void)number;
    putf(c, "<message type='groupchat' to='%s@conference.localhost'><body>%.*s</body></message>", room_name(c),
         (int)size, text);
}

/* --- WebSocket -------------------------------------------------------------------------------------------------- */

static void frame(struct conn *c, int opcode, const char *bytes, size_t size) {
    unsigned char head[8];
    size_t length = 2;
    head[0] = (unsigned char)(0x80 | opcode);
    if (size < 126) {
        head[1] = (unsigned char)(0x80 | size);
    } else {
        head[1] = 0x80 | 126;
        head[2] = (unsigned char)(size >> 8);
        head[3] = (unsigned char)size;
        length = 4;
    }
    put(c, (char *)head, length);
    put(c, "\0\0\0\0", 4); /* a mask of zeros is a mask */
    put(c, bytes, size);
}

static void text(struct conn *c, const char *bytes) { frame(c, 1, bytes, strlen(bytes)); }

void websocket_ask(const struct wire *w, struct conn *c) {
    char path[128];
    if (strcmp(w->name, "socketio") == 0)
        snprintf(path, sizeof path, "/socket.io/?EIO=4&transport=websocket");
    else if (strcmp(w->name, "veillee") == 0)
        snprintf(path, sizeof path, "/ws");
    else
        snprintf(path, sizeof path, "/ws/%s", room_name(c));
    putf(c, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s\r\n", path,
         strcmp(w->name, "veillee") == 0 ? "Sec-WebSocket-Protocol: veillee.v1\r\n" : "");
}

size_t websocket_heard(const struct wire *w, struct conn *c, const char *bytes, size_t size) {
    size_t used = 0;
    if (!c->upgraded) {
        const char *end = memmem(bytes, size, "\r\n\r\n", 4);
        if (end == NULL)
            return 0;
        if (!starts(bytes, size, "HTTP/1.1 101"))
            die("the handshake was refused: %.*s", (int)(size < 200 ? size : 200), bytes);
        c->upgraded = true;
        used = (size_t)(end - bytes) + 4;
        w->opened(c);
    }
    while (size - used >= 2) {
        const unsigned char *head = (const unsigned char *)bytes + used;
        size_t length = head[1] & 127, start = 2;
        if (length == 126) {
            if (size - used < 4)
                break;
            length = (size_t)head[2] << 8 | head[3];
            start = 4;
        } else if (length == 127) {
            if (size - used < 10)
                break;
            length = 0;
            for (int i = 2; i < 10; i++)
                length = length << 8 | head[i];
            start = 10;
        }
        if (size - used - start < length)
            break;
        const char *payload = bytes + used + start;
        used += start + length;
        switch (head[0] & 15) {
        case 9:
            frame(c, 10, payload, length);
            break;
        case 8:
            die("closed by the server: %u %.*s", length < 2 ? 0 : (unsigned char)payload[0] << 8 | (unsigned char)payload[1],
                length < 2 ? 0 : (int)length - 2, payload + 2);
        case 10:
            break;
        default:
            w->heard(c, payload, length);
        }
    }
    return used;
}

static void plain_opened(struct conn *c) { entered(c); }

static size_t plain_heard(struct conn *c, const char *bytes, size_t size) { return marks(c, bytes, size); }

static void plain_say(struct conn *c, uint32_t number, const char *body, size_t size) {
    (void)number;
    frame(c, 1, body, size);
}

/* --- socket.io 4 over engine.io 4 ------------------------------------------------------------------------------- */

static void socketio_opened(struct conn *c) { (void)c; }

static size_t socketio_heard(struct conn *c, const char *bytes, size_t size) {
    char join[64];
    if (starts(bytes, size, "42")) {
        marks(c, bytes, size);
    } else if (starts(bytes, size, "0{")) {
        text(c, "40");
    } else if (starts(bytes, size, "40{")) {
        snprintf(join, sizeof join, "420[\"join\",\"%s\"]", room_name(c));
        text(c, join);
    } else if (starts(bytes, size, "430")) {
        entered(c);
    } else if (size == 1 && *bytes == '2') {
        text(c, "3");
    }
    return size;
}

static void socketio_say(struct conn *c, uint32_t number, const char *body, size_t size) {
    char packet[512];
    (void)number;
    int length = snprintf(packet, sizeof packet, "42[\"m\",\"%.*s\"]", (int)size, body);
    frame(c, 1, packet, (size_t)length);
}

/* --- Veillée: one JSON object a line; request ids are message numbers + 10 -------------------------------------- */

static void veillee_opened(struct conn *c) {
    char hello[256];
    snprintf(hello, sizeof hello, "{\"i\":1,\"c\":\"hello\",\"v\":1,\"tok\":\"%s\"}", token(c));
    text(c, hello);
}

static void veillee_answer(struct conn *c, const char *line, size_t size) {
    uint32_t request = 0;
    size_t at = 5;
    for (; at < size && line[at] >= '0' && line[at] <= '9'; at++)
        request = request * 10 + (uint32_t)(line[at] - '0');
    if (request >= 10) {
        answered(c, request - 10, holds(line, size, "\"s\":"), line, size);
        return;
    }
    if (request > 2 || request == 0)
        return;
    if (!starts(line + at, size - at, ",\"ok\":"))
        die("veillee: %.*s", (int)size, line);
    if (request == 1) {
        char join[128];
        snprintf(join, sizeof join, "{\"i\":2,\"c\":\"join\",\"r\":\"%s\"}", room_name(c));
        text(c, join);
    } else {
        entered(c);
    }
}

static void veillee_line(struct conn *c, const char *line, size_t size) {
    if (starts(line, size, "{\"e\":\"msg\""))
        marks(c, line, size);
    else if (starts(line, size, "{\"i\":"))
        veillee_answer(c, line, size);
    else if (starts(line, size, "{\"e\":\"ping\""))
        text(c, "{\"i\":3,\"c\":\"ping\"}");
}

static size_t veillee_heard(struct conn *c, const char *bytes, size_t size) {
    size_t used = lines(c, bytes, size, veillee_line);
    if (used < size)
        veillee_line(c, bytes + used, size - used);
    return size;
}

static void veillee_say(struct conn *c, uint32_t number, const char *body, size_t size) {
    char command[512];
    int length = snprintf(command, sizeof command, "{\"i\":%u,\"c\":\"send\",\"r\":\"%s\",\"k\":\"%llx-%u\",\"b\":\"%.*s\"}",
                          number + 10, room_name(c), (unsigned long long)c->began, number, (int)size, body);
    frame(c, 1, command, (size_t)length);
}

const struct wire wires[] = {
    {"lines", true, false, false, floor_opened, floor_heard, floor_say},
    {"irc", false, false, false, irc_opened, irc_heard, irc_say},
    {"nats", true, false, false, nats_opened, nats_heard, nats_say},
    {"xmpp", true, false, false, xmpp_opened, xmpp_heard, xmpp_say},
    {"websocket", true, false, true, plain_opened, plain_heard, plain_say},
    {"socketio", true, false, true, socketio_opened, socketio_heard, socketio_say},
    {"veillee", true, true, true, veillee_opened, veillee_heard, veillee_say},
    {NULL, false, false, false, NULL, NULL, NULL},
};
