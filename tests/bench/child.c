/* A trivial role: tells {pid, monotonic ns} to the FIFO named in BENCH_FIFO, then waits for a signal. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    const int64_t record[2] = {getpid(), (int64_t)now.tv_sec * 1000000000 + now.tv_nsec};
    const char*   fifo      = getenv("BENCH_FIFO");
    const int     fd        = fifo ? open(fifo, O_WRONLY) : -1;
    if (fd >= 0) {
        if (write(fd, record, sizeof record) < 0) return 1;
        close(fd);
    }
    for (;;)
        pause();
}
