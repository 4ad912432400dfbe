/* fork_chain CHAINS [PAUSE]: processes that are never there for long. Each forks its successor and ends, after a pause of
   so many microseconds; half of the chains make a session of each, and all ignore what asks them to end. The first process
   says `forking` and waits for a signal. They end by themselves after a minute, or when there is no room for more. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void chain(int sessions, long pause_us) {
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    const struct timespec pause = {0, pause_us * 1000};
    const time_t end = time(NULL) + 60;
    while (time(NULL) < end) {
        if (pause_us > 0) nanosleep(&pause, NULL);
        if (fork() != 0) _exit(0);
        if (sessions) setsid();
    }
    _exit(0);
}

int main(int argc, char** argv) {
    const int chains = argc > 1 ? atoi(argv[1]) : 1;
    const long pause_us = argc > 2 ? atol(argv[2]) : 0;
    signal(SIGCHLD, SIG_IGN);
    for (int i = 0; i < chains; i++)
        if (fork() == 0) chain(i % 2, pause_us);
    puts("forking");
    fflush(stdout);
    for (;;)
        pause();
}
