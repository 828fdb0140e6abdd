/* One frame to many sockets: the loop of gateway/sending.py, without the interpreter. Plain C, no Python inside. */
#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>

/* Sends `size` bytes to each socket sockets[slots[i]]. A slot whose socket is negative is not written to. Whatever a
 * socket did not take whole is noted: missed[k] = i, took[k] = bytes taken (0 for none, -1 where the socket is broken).
 * Returns how many were noted. */
int veillee_send_all(const int *sockets, const int *slots, int count, const char *data, size_t size, int *missed,
                     long *took)
{
    int noted = 0;
    for (int i = 0; i < count; i++) {
        int fd = sockets[slots[i]];
        ssize_t sent = 0;
        if (fd >= 0) {
            do
                sent = send(fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
            while (sent < 0 && errno == EINTR);
            if (sent == (ssize_t)size)
                continue;
            if (sent < 0)
                sent = errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS ? 0 : -1;
        }
        missed[noted] = i;
        took[noted] = (long)sent;
        noted++;
    }
    return noted;
}
