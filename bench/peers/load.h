/* What the parts of the load generator share: a connection, a message, and the verbs between them. */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DIGITS = 7, MARK = '~' }; /* every message ends in ~ and its number in seven digits */

struct conn {
    int fd;
    uint32_t index, name, room, seat; /* name: index + `first`; seat: which member of the room */
    uint8_t step;               /* how far the greeting has come; adapters count it up */
    bool open, ready, upgraded, writing;
    char *out, *rest; /* bytes not written yet; bytes read but not complete */
    size_t out_size, out_room, rest_size, rest_room;
    int64_t began, entered; /* nanoseconds */
};

struct wire {
    const char *name;
    bool echoes;       /* the sender is a reader too */
    bool acknowledges; /* each message is answered */
    bool websocket;
    void (*opened)(struct conn *); /* connected (and upgraded): say the first word */
    size_t (*heard)(struct conn *, const char *, size_t); /* bytes (or one frame); answers how many were used */
    void (*say)(struct conn *, uint32_t number, const char *text, size_t size);
};

extern const struct wire wires[];

/* load.c */
void put(struct conn *c, const char *bytes, size_t size);
void putf(struct conn *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
void entered(struct conn *c);
void delivered(struct conn *c, uint32_t number);
void answered(struct conn *c, uint32_t number, bool accepted, const char *line, size_t size);
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
const char *room_name(const struct conn *c);
const char *token(const struct conn *c);

/* wires.c */
size_t websocket_heard(const struct wire *w, struct conn *c, const char *bytes, size_t size);
void websocket_ask(const struct wire *w, struct conn *c);

/* cpu.c */
int64_t cpu_of_tree(int root); /* nanoseconds of a process and its descendants, user and system */
int64_t now_ns(void);

#endif
