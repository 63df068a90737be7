/*
 * Starts many short-lived processes at a steady rate, some of them programs that live longer.
 *
 *   swarm SHORT COUNT PER_SECOND EVERY SECONDS PROGRAM...
 *
 * Starts COUNT processes, PER_SECOND of them a second: each EVERY-th runs the next PROGRAM with SECONDS as its
 * argument, the others run SHORT. Prints how many it could not start, and waits for all to end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv) {
  if (argc < 7) return 2;
  char *short_lived = argv[1];
  int count = atoi(argv[2]), per_second = atoi(argv[3]), every = atoi(argv[4]);
  char **programs = argv + 6;
  int program_count = argc - 6, next = 0, failed = 0;
  if (count <= 0 || per_second <= 0 || every <= 0) return 2;

  struct timespec due;
  clock_gettime(CLOCK_MONOTONIC, &due);
  for (int i = 0; i < count; i += 1) {
    char *program = short_lived;
    if (i % every == every - 1) program = programs[next++ % program_count];
    char *arguments[] = {program, program == short_lived ? NULL : argv[5], NULL};
    pid_t pid;
    if (posix_spawn(&pid, program, NULL, NULL, arguments, environ) != 0) failed += 1;
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
    due.tv_nsec += 1000000000L / per_second;
    if (due.tv_nsec >= 1000000000L) {
      due.tv_nsec -= 1000000000L;
      due.tv_sec += 1;
    }
    /* A busy machine that fell behind is not made up for: the rate is never exceeded for long. */
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec > due.tv_sec + 1) due = now;
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) == EINTR) {
    }
  }
  while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {
  }
  printf("%d\n", failed);
  return 0;
}
