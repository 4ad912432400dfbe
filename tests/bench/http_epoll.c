/* The bare limit: one epoll loop that answers every empty line after a head with the same bytes. usage: http-epoll PORT
 * [BYTES] */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static void answer(int fd, const char* reply, size_t size, unsigned char* state) {
    static char in[65536], out[1 << 20];
    ssize_t got = read(fd, in, sizeof in);
    size_t used = 0;
    if (got <= 0) {
        close(fd);
        return;
    }
    for (ssize_t i = 0; i < got; ++i) {
        const char c = in[i];
        *state = c == "\r\n\r\n"[*state] ? *state + 1 : c == '\r';
        if (*state < 4) continue;
        *state = 0;
        memcpy(out + used, reply, size);
        used += size;
    }
    if (used && write(fd, out, used) < 0) perror("write");
}

int main(int argc, char** argv) {
    const size_t body = argc > 2 ? strtoul(argv[2], 0, 10) : 1024;
    char* reply = malloc(body + 256);
    size_t size = (size_t)sprintf(
        reply, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", body);
    static unsigned char state[65536];
    struct epoll_event events[512], event = {.events = EPOLLIN};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), epoll = epoll_create1(0);
    memset(reply + size, 'x', body);
    size += body;
    address.sin_port = htons((unsigned short)atoi(argc > 1 ? argv[1] : "0"));
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (void*)&address, sizeof address) || listen(listener, 4096)) return 1;
    event.data.fd = listener;
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        const int count = epoll_wait(epoll, events, 512, -1);
        for (int i = 0; i < count; ++i) {
            int fd = events[i].data.fd;
            if (fd != listener) {
                answer(fd, reply, size, &state[fd]);
                continue;
            }
            while ((fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                state[fd] = 0;
                event.data.fd = fd;
                epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
            }
        }
    }
}
