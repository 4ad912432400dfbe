/* The limit: a bare posix_spawn loop that restarts what dies and, at SIGTERM, ends all. `spawn_loop COUNT PROGRAM` */
#define _GNU_SOURCE
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char** environ;

static void start(pid_t* pid, char* program, const posix_spawnattr_t* attributes) {
    char* arguments[] = {program, NULL};
    if (posix_spawn(pid, program, NULL, attributes, arguments, environ) != 0) abort();
}

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const int count = atoi(argv[1]);
    pid_t*    pids  = calloc((size_t)count, sizeof *pids);
    sigset_t  waited, none;
    sigemptyset(&none);
    sigemptyset(&waited);
    sigaddset(&waited, SIGCHLD);
    sigaddset(&waited, SIGTERM);
    sigprocmask(SIG_BLOCK, &waited, NULL);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    for (int i = 0; i < count; i++)
        start(&pids[i], argv[2], &attributes);
    int stopping = 0, left = count;
    while (left > 0) {
        if (sigwaitinfo(&waited, NULL) == SIGTERM && !stopping) {
            stopping = 1;
            for (int i = 0; i < count; i++)
                kill(pids[i], SIGTERM);
        }
        for (pid_t ended; (ended = waitpid(-1, NULL, WNOHANG)) > 0;)
            for (int i = 0; i < count; i++)
                if (pids[i] == ended) {
                    if (stopping)
                        left--;
                    else
                        start(&pids[i], argv[2], &attributes);
                    break;
                }
    }
    free(pids);
    return 0;
}
