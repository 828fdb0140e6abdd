/* The floor: what delivering costs when a server does nothing else. One thread, epoll, one `send` per delivery.
 *
 * A client says `J room` and is answered `+`; every further line goes to all members of its room, sender included. The
 * frame is encoded once (here: the line as it came) and handed to `send` once per reader; sockets do not block and have
 * TCP_NODELAY. What a socket does not take at once is kept for it and sent when it can be written again.
 * Prints the port it listens on.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOMS = 65536, EVENTS = 512, READ = 65536, LINE = 1024 };

struct member {
    int fd, room;
    char *kept, line[LINE];
    size_t kept_size, kept_room, line_size;
};

static struct { struct member **members; size_t count, space; } rooms[ROOMS];
static int poller;

static void *grown(void *memory, size_t size) {
    if ((memory = realloc(memory, size)) == NULL)
        exit(1);
    return memory;
}

static void watch(struct member *m, int operation, bool writing) {
    struct epoll_event event = {.events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.ptr = m};
    epoll_ctl(poller, operation, m->fd, &event);
}

static void keep(struct member *m, const char *bytes, size_t size) {
    if (m->kept_size == 0)
        watch(m, EPOLL_CTL_MOD, true);
    if (m->kept_size + size > m->kept_room)
        m->kept = grown(m->kept, m->kept_room = (m->kept_size + size) * 2);
    memcpy(m->kept + m->kept_size, bytes, size);
    m->kept_size += size;
}

static void deliver(struct member *m, const char *bytes, size_t size) {
    if (m->kept_size > 0) {
        keep(m, bytes, size);
        return;
    }
    ssize_t taken = send(m->fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (taken < 0)
        taken = 0; /* full; or gone, which its own read will say */
    if ((size_t)taken < size)
        keep(m, bytes + taken, size - (size_t)taken);
}

static void join(struct member *m, int room) {
    if (room < 0 || room >= ROOMS || m->room >= 0)
        return;
    if (rooms[room].count == rooms[room].space) {
        rooms[room].space = rooms[room].space * 2 + 16;
        rooms[room].members = grown(rooms[room].members, rooms[room].space * sizeof *rooms[room].members);
    }
    rooms[room].members[rooms[room].count++] = m;
    m->room = room;
    deliver(m, "+\n", 2);
}

static void line(struct member *m, const char *bytes, size_t size) {
    if (m->room < 0)
        join(m, size > 3 ? atoi(bytes + 3) : -1); /* "J r7" */
    else
        for (size_t i = 0; i < rooms[m->room].count; i++)
            deliver(rooms[m->room].members[i], bytes, size);
}

static void leave(struct member *m) {
    for (size_t i = 0; m->room >= 0 && i < rooms[m->room].count; i++)
        if (rooms[m->room].members[i] == m)
            rooms[m->room].members[i] = rooms[m->room].members[--rooms[m->room].count];
    close(m->fd);
    free(m->kept);
    free(m);
}

static void heard(struct member *m) {
    static char buffer[READ + LINE];
    memcpy(buffer, m->line, m->line_size);
    ssize_t size = recv(m->fd, buffer + m->line_size, READ, 0);
    if (size <= 0) {
        if (size == 0 || errno != EAGAIN)
            leave(m);
        return;
    }
    char *at = buffer, *end = buffer + m->line_size + size, *stop;
    for (; (stop = memchr(at, '\n', (size_t)(end - at))) != NULL; at = stop + 1)
        line(m, at, (size_t)(stop - at) + 1);
    if (end - at > LINE)
        at = end; /* nobody says so much */
    m->line_size = (size_t)(end - at);
    memcpy(m->line, at, m->line_size);
}

static void writable(struct member *m) {
    ssize_t taken = send(m->fd, m->kept, m->kept_size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (taken <= 0)
        return;
    m->kept_size -= (size_t)taken;
    memmove(m->kept, m->kept + taken, m->kept_size);
    if (m->kept_size == 0)
        watch(m, EPOLL_CTL_MOD, false);
}

static void welcome(int listener) {
    int one = 1, fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct member *m = grown(NULL, sizeof *m);
        *m = (struct member){.fd = fd, .room = -1};
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        watch(m, EPOLL_CTL_ADD, false);
    }
}

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 0))};
    socklen_t size = sizeof address;
    struct epoll_event events[EVENTS], event = {.events = EPOLLIN, .data.ptr = NULL};
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 4096) != 0) {
        perror("floor");
        return 1;
    }
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    poller = epoll_create1(EPOLL_CLOEXEC);
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(poller, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            struct member *m = events[i].data.ptr;
            if (m == NULL) {
                welcome(listener);
                continue;
            }
            if (events[i].events & EPOLLOUT)
                writable(m);
            if (events[i].events & ~(uint32_t)EPOLLOUT)
                heard(m);
        }
    }
}
