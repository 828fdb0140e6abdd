/* The load: people who enter, listen and speak, on one thread. Options are NAME=VALUE; the figures are one JSON line.
 *
 *   load wire=veillee port=8400 texts=FILE [tokens=FILE] conns=1000 rooms=1 mode=rate rate=50 seconds=6 pid=SERVER
 *
 * mode=rate   messages at a steady rate, rooms in turn, members of a room in turn
 * mode=full   `flight` messages under way at all times: one that its last reader has makes room for the next
 * mode=acked  everybody sends the next message once the last one is answered
 * mode=hold   enter, say so on standard output, stay until standard input ends
 * mode=count  no network: count what a transcript on standard input holds, fed in pieces of `piece` bytes
 *
 * `warm` seconds of the same come first and are not counted; before them, `rest` seconds of silence show what the server
 * does of itself. Messages are numbered from `base`, so that a server which remembers earlier runs sees nothing twice.
 *
 * `first` is the number of the first person: it gives their names, addresses and tokens, so that several loads can be in.
 *
 * Each reader's messages are counted one by one: duplicates and a later message of the same sender before an earlier
 * one show. Latency ends when the last reader's copy has been read from its socket.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

enum { PEOPLE_AN_ADDRESS = 40, MESSAGES = 10000000, EVENTS = 512, READ = 1 << 20, ENTERING = 32 };
static const int64_t SECOND = 1000000000, PATIENCE = 10000000000;

struct message {
    int64_t sent;
    uint32_t room, seat, left;
};

static struct {
    const char *wire, *mode, *texts, *tokens;
    int port, pid;
    uint32_t conns, rooms, flight, piece, first, entering, base;
    double rate, seconds, warm, rest;
} given = {"lines", "rate", NULL, NULL, 0, 0, 1, 1, 400, 65536, 0, ENTERING, 0, 1, 5, 1, 0};

static const struct wire *wire;
static struct conn *conns;
static struct conn **dirty;
static size_t dirty_count;
static struct message *messages;
static uint32_t *latest; /* per reader and seat of the sender: number + 1 of the last message */
static uint32_t seats;   /* the members of the largest room */
static char **texts, **tokens;
static size_t text_count, token_count;
static int poller;
static char buffer[READ];
static int64_t now, heard_at;

static uint32_t sent, first_counted, under_way, completed, ready, owed;
static uint64_t deliveries, duplicates, disorder, strays, expected, accepted, refused, received_bytes, reads;
static double *last_ms, *ack_ms, *entry_ms, *late_ms; /* late: behind the pace, by the load's own fault */
static size_t last_count, ack_count, late_count;
static bool speaking, fed;
static char complaint[400];

void die(const char *format, ...) {
    va_list list;
    va_start(list, format);
    fputs("load: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    exit(1);
}

static void *claim(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (memory == NULL)
        die("out of memory");
    return memory;
}

const char *room_name(const struct conn *c) {
    static char name[16];
    snprintf(name, sizeof name, "r%u", c->room);
    return name;
}

const char *token(const struct conn *c) {
    if (given.first + c->index >= token_count)
        die("there are fewer tokens than people");
    return tokens[given.first + c->index];
}

static char **read_lines(const char *path, size_t *count) {
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    char **all = NULL;
    if (file == NULL)
        die("cannot read %s", path);
    for (ssize_t size; (size = getline(&line, &room, file)) > 0;) {
        if (line[size - 1] == '\n')
            line[size - 1] = 0;
        all = realloc(all, (*count + 1) * sizeof *all);
        all[(*count)++] = strdup(line);
    }
    free(line);
    fclose(file);
    return all;
}

/* --- sockets ---------------------------------------------------------------------------------------------------- */

void put(struct conn *c, const char *bytes, size_t size) {
    if (c->fd < 0)
        return;
    if (c->out_size + size > c->out_room) {
        c->out_room = (c->out_size + size) * 2;
        if ((c->out = realloc(c->out, c->out_room)) == NULL)
            die("out of memory");
    }
    if (c->out_size == 0)
        dirty[dirty_count++] = c;
    memcpy(c->out + c->out_size, bytes, size);
    c->out_size += size;
}

void putf(struct conn *c, const char *format, ...) {
    char text[1024];
    va_list list;
    va_start(list, format);
    int size = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    put(c, text, (size_t)size);
}

static void watch(struct conn *c, bool writing) {
    struct epoll_event event = {.events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.ptr = c};
    c->writing = writing;
    epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &event);
}

static void flush(struct conn *c) {
    ssize_t written = send(c->fd, c->out, c->out_size, MSG_NOSIGNAL);
    if (written < 0 && errno != EAGAIN)
        die("person %u: %s", c->index, strerror(errno));
    if (written > 0) {
        c->out_size -= (size_t)written;
        memmove(c->out, c->out + written, c->out_size);
    }
    if (c->writing != (c->out_size > 0))
        watch(c, c->out_size > 0);
    if (c->out_size == 0 && !speaking) {
        free(c->out);
        c->out = NULL;
        c->out_room = 0;
    }
}

static void flush_all(void) {
    for (size_t i = 0; i < dirty_count; i++)
        if (!dirty[i]->writing)
            flush(dirty[i]);
    dirty_count = 0;
}

static void connect_one(struct conn *c) {
    uint32_t group = (given.first + c->index) / PEOPLE_AN_ADDRESS;
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)given.port)};
    int one = 1;
    from.sin_addr.s_addr = htonl(0x7f000000u | (1 + group / 250) << 8 | (1 + group % 250));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0)
        die("no more sockets: %s", strerror(errno));
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (bind(c->fd, (struct sockaddr *)&from, sizeof from) != 0)
        die("bind: %s", strerror(errno));
    c->began = now_ns();
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS)
        die("connect: %s", strerror(errno));
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = c};
    c->writing = true;
    epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &event);
}

static void feed(struct conn *c, const char *bytes, size_t size) {
    if (c->rest_size > 0) {
        if (c->rest_size + size > c->rest_room) {
            c->rest_room = (c->rest_size + size) * 2;
            if ((c->rest = realloc(c->rest, c->rest_room)) == NULL)
                die("out of memory");
        }
        memcpy(c->rest + c->rest_size, bytes, size);
        c->rest_size += size;
        bytes = c->rest;
        size = c->rest_size;
    }
    size_t used = wire->websocket ? websocket_heard(wire, c, bytes, size) : wire->heard(c, bytes, size);
    size_t left = size - used;
    if (left == 0) {
        if (c->rest_room > 0) {
            free(c->rest);
            c->rest = NULL;
            c->rest_room = 0;
        }
    } else if (bytes == c->rest) {
        memmove(c->rest, bytes + used, left);
    } else {
        if (c->rest_room < left) {
            c->rest_room = left + 4096;
            if ((c->rest = realloc(c->rest, c->rest_room)) == NULL)
                die("out of memory");
        }
        memcpy(c->rest, bytes + used, left);
    }
    c->rest_size = left;
}

static void turn(int64_t until) {
    struct epoll_event events[EVENTS];
    flush_all();
    now = now_ns();
    int64_t wait = until > now ? until - now : 0;
    struct timespec limit = {.tv_sec = wait / SECOND, .tv_nsec = wait % SECOND};
    int count = epoll_pwait2(poller, events, EVENTS, &limit, NULL);
    for (int i = 0; i < count; i++) {
        struct conn *c = events[i].data.ptr;
        if (events[i].events & EPOLLOUT) {
            if (!c->open) {
                int error = 0;
                socklen_t size = sizeof error;
                getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
                if (error != 0)
                    die("connect: %s", strerror(error));
                c->open = true;
                if (wire->websocket)
                    websocket_ask(wire, c);
                else
                    wire->opened(c);
                watch(c, false);
            } else {
                flush(c);
            }
        }
        if (events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) {
            ssize_t size = recv(c->fd, buffer, sizeof buffer, 0);
            if (size == 0)
                die("person %u was disconnected", c->index);
            if (size < 0 && errno != EAGAIN)
                die("person %u: %s", c->index, strerror(errno));
            if (size > 0) {
                now = heard_at = now_ns();
                received_bytes += (uint64_t)size;
                reads++;
                feed(c, buffer, (size_t)size);
            }
        }
    }
    now = now_ns();
}

/* --- what the wires tell ---------------------------------------------------------------------------------------- */

void entered(struct conn *c) {
    if (c->ready)
        return;
    c->ready = true;
    c->entered = now_ns();
    entry_ms[ready++] = (double)(c->entered - c->began) / 1e6;
}

static void finish(struct message *m, uint32_t number, bool heard) {
    under_way--;
    completed++;
    owed++;
    if (heard && number >= first_counted)
        last_ms[last_count++] = (double)(now - m->sent) / 1e6;
}

void delivered(struct conn *c, uint32_t number) {
    number -= given.base; /* of an earlier run: far beyond what was sent */
    if (number >= sent || messages[number].room != c->room) {
        strays++;
        return;
    }
    struct message *m = &messages[number];
    uint32_t *last = &latest[(size_t)c->index * seats + m->seat];
    if (number + 1 == *last) {
        duplicates++;
        return;
    }
    if (number + 1 < *last)
        disorder++;
    else
        *last = number + 1;
    if (number >= first_counted)
        deliveries++;
    if (m->left > 0 && --m->left == 0)
        finish(m, number, true);
}

static uint32_t members(uint32_t room) { return (given.conns - room + given.rooms - 1) / given.rooms; }

static void say_from(struct conn *c) {
    char text[400];
    if (sent >= MESSAGES)
        die("more than %d messages", MESSAGES);
    struct message *m = &messages[sent];
    int size = snprintf(text, sizeof text, "%s ~%07u", texts[sent % text_count], given.base + sent);
    m->sent = now_ns();
    m->room = c->room;
    m->seat = c->seat;
    m->left = members(c->room) - (wire->echoes ? 0 : 1);
    if (sent >= first_counted)
        expected += m->left;
    under_way++;
    wire->say(c, sent++, text, (size_t)size);
}

static void say_next(void) {
    static uint32_t number;
    uint32_t room = number % given.rooms, seat = number / given.rooms % members(room);
    number++;
    say_from(&conns[seat * given.rooms + room]);
}

void answered(struct conn *c, uint32_t number, bool ok, const char *line, size_t size) {
    if (number >= sent) {
        strays++;
        return;
    }
    struct message *m = &messages[number];
    if (number >= first_counted) {
        ack_ms[ack_count++] = (double)(now - m->sent) / 1e6;
        accepted += ok;
    }
    if (!ok) {
        if (number >= first_counted) {
            refused++;
            expected -= m->left;
        }
        if (complaint[0] == 0)
            for (size_t i = 0; i < size && i < sizeof complaint - 1; i++)
                complaint[i] = line[i] == '"' || line[i] == '\\' ? '\'' : line[i];
        if (m->left > 0)
            finish(m, number, false);
        m->left = 0;
    }
    if (speaking && fed)
        say_from(c);
}

/* --- the course of a run ---------------------------------------------------------------------------------------- */

static void enter_all(void) {
    uint32_t begun = 0;
    int64_t progress = now_ns();
    for (uint32_t before = 0; ready < given.conns;) {
        for (; begun < given.conns && begun - ready < given.entering; begun++)
            connect_one(&conns[begun]);
        turn(now_ns() + SECOND / 10);
        if (ready > before)
            progress = now;
        before = ready;
        if (now - progress > 6 * PATIENCE)
            die("only %u of %u people got in", ready, given.conns);
    }
}

static void quiet(int64_t pause, int64_t at_most) {
    int64_t end = now_ns() + at_most;
    heard_at = now_ns();
    do
        turn(now_ns() + pause / 4);
    while (now < end && now - heard_at < pause);
}

static void drain(void) {
    int64_t end = now_ns() + 6 * PATIENCE;
    heard_at = now_ns();
    while (under_way > 0 && now_ns() - heard_at < PATIENCE && now < end)
        turn(now_ns() + SECOND / 20);
}

/* Speak for so many seconds; answers how long speaking took, in seconds. */
static double speak(double seconds) {
    int64_t began = now_ns(), end = began + (int64_t)(seconds * 1e9), progress = began;
    bool paced = strcmp(given.mode, "rate") == 0;
    fed = strcmp(given.mode, "acked") == 0;
    speaking = true;
    owed = 0;
    if (paced) {
        uint64_t total = (uint64_t)(given.rate * seconds + 0.5);
        for (uint64_t k = 0; k < total; k++) {
            int64_t due = began + (int64_t)((double)k / given.rate * 1e9);
            while (now_ns() < due)
                turn(due);
            late_ms[late_count++] = (double)(now_ns() - due) / 1e6;
            say_next();
            flush_all();
            if (k % 16 == 15)
                turn(0);
        }
        while (now_ns() < end)
            turn(end);
    } else {
        if (fed)
            for (uint32_t i = 0; i < given.conns; i++)
                say_from(&conns[i]);
        else
            for (uint32_t i = 0; i < given.flight; i++)
                say_next();
        for (uint64_t before = 0; now_ns() < end;) {
            turn(end);
            if (!fed)
                for (uint32_t due = owed; due > 0; due--, owed--)
                    say_next();
            if (completed != before)
                progress = now;
            before = completed;
            if (now - progress > PATIENCE)
                break;
        }
    }
    speaking = false;
    return (double)(now_ns() - began) / 1e9;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void spread(const char *name, double *values, size_t count) {
    if (count == 0)
        return;
    qsort(values, count, sizeof *values, ascending);
    printf(", \"%s_p50_ms\": %.3f, \"%s_p99_ms\": %.3f, \"%s_max_ms\": %.3f", name, values[count / 2], name,
           values[(size_t)((double)(count - 1) * 0.99)], name, values[count - 1]);
}

static void start_counting(void) {
    first_counted = sent;
    deliveries = expected = accepted = refused = received_bytes = reads = 0;
    last_count = ack_count = late_count = 0;
}

static void measure(void) {
    int64_t silent = now_ns(), resting = given.pid ? cpu_of_tree(given.pid) : 0;
    while (now_ns() - silent < (int64_t)(given.rest * 1e9))
        turn(silent + (int64_t)(given.rest * 1e9));
    resting = given.pid ? cpu_of_tree(given.pid) - resting : 0;
    if (given.warm > 0) {
        speak(given.warm);
        drain();
    }
    start_counting();
    int64_t cpu = given.pid ? cpu_of_tree(given.pid) : 0, own = cpu_of_tree(getpid());
    uint32_t before = sent;
    double spoken = speak(given.seconds);
    uint64_t meanwhile = deliveries, acks = accepted;
    own = cpu_of_tree(getpid()) - own;
    drain();
    double used = given.pid ? (double)(cpu_of_tree(given.pid) - cpu) / 1e9 : 0;
    quiet(SECOND / 5, SECOND); /* whatever comes twice, comes now */
    uint32_t said = sent - before;
    printf("{\"wire\": \"%s\", \"mode\": \"%s\", \"conns\": %u, \"rooms\": %u, \"sent\": %u, \"refused\": %lu, "
           "\"deliveries\": %lu, \"expected\": %lu, \"lost\": %ld, \"duplicates\": %lu, \"disorder\": %lu, \"strays\": %lu, "
           "\"seconds\": %.3f, \"messages_s\": %.1f, \"deliveries_s\": %.1f, \"cpu_s\": %.6f, \"cpu_us\": %.4f, "
           "\"generator_busy\": %.3f, \"bytes_a_delivery\": %.1f, \"reads\": %lu",
           wire->name, given.mode, given.conns, given.rooms, said, refused, deliveries, expected,
           (long)expected - (long)deliveries, duplicates, disorder, strays, spoken, (double)said / spoken,
           (double)meanwhile / spoken, used, deliveries ? used * 1e6 / (double)deliveries : 0,
           (double)own / 1e9 / spoken, deliveries ? (double)received_bytes / (double)deliveries : 0, reads);
    if (given.rest > 0)
        printf(", \"rest_cpu_ms_s\": %.4f", (double)resting / 1e6 / given.rest);
    if (wire->acknowledges)
        printf(", \"acked\": %lu, \"acked_s\": %.1f", accepted, (double)acks / spoken);
    spread("last", last_ms, last_count);
    spread("ack", ack_ms, ack_count);
    spread("late", late_ms, late_count);
    spread("entry", entry_ms, ready);
    if (complaint[0])
        printf(", \"complaint\": \"%s\"", complaint);
    printf("}\n");
}

static void hold(void) {
    printf("{\"wire\": \"%s\", \"conns\": %u", wire->name, ready);
    spread("entry", entry_ms, ready);
    printf("}\n");
    fflush(stdout);
    fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    for (char byte; read(STDIN_FILENO, &byte, 1) != 0;)
        turn(now_ns() + SECOND / 10);
}

/* A transcript of what one reader of a room was sent, by itself as the only sender, messages 0 to `conns` - 1. */
static void count_transcript(void) {
    struct conn *c = &conns[0];
    char *piece = claim(given.piece, 1);
    c->fd = -1;
    c->open = c->ready = c->upgraded = true;
    for (sent = 0; sent < given.conns; sent++)
        messages[sent].left = 1;
    under_way = sent;
    for (size_t size; (size = fread(piece, 1, given.piece, stdin)) > 0;)
        feed(c, piece, size);
    printf("{\"deliveries\": %lu, \"duplicates\": %lu, \"disorder\": %lu, \"strays\": %lu, \"acked\": %lu, \"refused\": %lu, "
           "\"missing\": %u}\n", deliveries, duplicates, disorder, strays, accepted, refused, under_way);
    free(piece);
}

static void take(const char *argument) {
    const char *value = strchr(argument, '=');
    if (value == NULL)
        die("%s: options are NAME=VALUE", argument);
    size_t size = (size_t)(value++ - argument);
    const struct { const char *name; const char **text; int *number; uint32_t *count; double *real; } options[] = {
        {"wire", &given.wire, NULL, NULL, NULL}, {"mode", &given.mode, NULL, NULL, NULL},
        {"texts", &given.texts, NULL, NULL, NULL}, {"tokens", &given.tokens, NULL, NULL, NULL},
        {"port", NULL, &given.port, NULL, NULL}, {"pid", NULL, &given.pid, NULL, NULL},
        {"conns", NULL, NULL, &given.conns, NULL}, {"rooms", NULL, NULL, &given.rooms, NULL},
        {"flight", NULL, NULL, &given.flight, NULL}, {"piece", NULL, NULL, &given.piece, NULL},
        {"first", NULL, NULL, &given.first, NULL}, {"entering", NULL, NULL, &given.entering, NULL},
        {"base", NULL, NULL, &given.base, NULL}, {"rest", NULL, NULL, NULL, &given.rest},
        {"rate", NULL, NULL, NULL, &given.rate}, {"seconds", NULL, NULL, NULL, &given.seconds},
        {"warm", NULL, NULL, NULL, &given.warm},
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (strlen(options[i].name) != size || strncmp(argument, options[i].name, size) != 0)
            continue;
        if (options[i].text != NULL)
            *options[i].text = value;
        else if (options[i].number != NULL)
            *options[i].number = atoi(value);
        else if (options[i].count != NULL)
            *options[i].count = (uint32_t)strtoul(value, NULL, 10);
        else
            *options[i].real = atof(value);
        return;
    }
    die("%s: no such option", argument);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        take(argv[i]);
    for (wire = wires; wire->name != NULL && strcmp(wire->name, given.wire) != 0; wire++) {
    }
    if (wire->name == NULL)
        die("no wire is called %s", given.wire);
    if (given.conns == 0 || given.rooms == 0 || given.rooms > given.conns)
        die("as many people as rooms, at least");
    bool counting = strcmp(given.mode, "count") == 0, holding = strcmp(given.mode, "hold") == 0;
    seats = (given.conns + given.rooms - 1) / given.rooms;
    conns = claim(given.conns, sizeof *conns);
    dirty = claim(given.conns + 1, sizeof *dirty);
    messages = claim(MESSAGES, sizeof *messages);
    last_ms = claim(MESSAGES, sizeof *last_ms);
    ack_ms = claim(MESSAGES, sizeof *ack_ms);
    late_ms = claim(MESSAGES, sizeof *late_ms);
    entry_ms = claim(given.conns, sizeof *entry_ms);
    latest = holding ? NULL : claim((size_t)given.conns * seats, sizeof *latest);
    for (uint32_t i = 0; i < given.conns; i++) {
        conns[i].index = i;
        conns[i].name = given.first + i;
        conns[i].room = counting ? 0 : i % given.rooms;
        conns[i].seat = i / given.rooms;
    }
    if (given.tokens != NULL)
        tokens = read_lines(given.tokens, &token_count);
    if (counting) {
        count_transcript();
        return 0;
    }
    if (!holding && (given.texts == NULL || (texts = read_lines(given.texts, &text_count)) == NULL))
        die("what shall they say? texts=FILE");
    if ((poller = epoll_create1(EPOLL_CLOEXEC)) < 0)
        die("epoll: %s", strerror(errno));
    enter_all();
    quiet(SECOND * 3 / 10, 6 * PATIENCE);
    if (holding)
        hold();
    else
        measure();
    return 0;
}
