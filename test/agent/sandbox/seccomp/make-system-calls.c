/*
 * Makes the system calls that its input lists, one a line: name, number and six arguments. A name that begins with
 * "i386:" goes in by that architecture's gate. Answers each line with the name and "ok", "errno N" or "signal N".
 *
 *   make-system-calls FILE.filter   each call in a process of its own, as nobody, under the filter in that file
 *   make-system-calls none          the same without a filter
 *   make-system-calls               one after the other in this process; first tells its open descriptors, but for /dev/null
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sock_filter instructions[4096];
static struct sock_fprog filter = {0, instructions};

static long make(const char *name, const uint64_t *values) {
#ifdef __x86_64__
  if (strncmp(name, "i386:", 5) == 0) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(values[0]), "b"(values[1]) : "memory", "r8", "r9", "r10", "r11");
    return result;
  }
#endif
  long result =
      syscall((long)values[0], values[1], values[2], values[3], values[4], values[5], values[6]);
  /* What a clone or fork made ends at once. */
  if (result == 0 && (strncmp(name, "clone", 5) == 0 || strcmp(name, "fork") == 0)) _exit(0);
  return result;
}

static void answer(const char *name, int made, int number) {
  char line[256];
  int length = made ? snprintf(line, sizeof line, "%s ok\n", name)
                    : snprintf(line, sizeof line, "%s errno %d\n", name, number);
  if (write(1, line, length) != length) _exit(3);
}

static void in_own_process(const char *name, const uint64_t *values) {
  pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0)) _exit(3);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) _exit(3);
    if (filter.len > 0 && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) _exit(3);
    long result = make(name, values);
    answer(name, result != -1, errno);
    _exit(0);
  }
  int status;
  if (waitpid(child, &status, 0) != child) exit(3);
  if (WIFSIGNALED(status)) printf("%s signal %d\n", name, WTERMSIG(status));
  else if (WEXITSTATUS(status) == 3) printf("%s broken\n", name);
  fflush(stdout);
}

static void tell_descriptors(void) {
  printf("descriptors");
  for (int descriptor = 0; descriptor < 1024; descriptor++) {
    char name[64], target[64] = "";
    snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
    if (readlink(name, target, sizeof target - 1) != -1 && strcmp(target, "/dev/null") != 0)
      printf(" %d", descriptor);
  }
  printf("\n");
  fflush(stdout);
}

int main(int count, char **args) {
  const char *mode = count > 1 ? args[1] : "";
  size_t length = strlen(mode);
  int alone = strcmp(mode, "none") == 0;
  if (length > 7 && strcmp(mode + length - 7, ".filter") == 0) {
    int file = open(mode, O_RDONLY);
    filter.len = read(file, instructions, sizeof instructions) / sizeof *instructions;
    close(file);
    if (filter.len == 0) return 3;
    alone = 1;
  }
  if (!alone) tell_descriptors();
  char line[1024];
  while (fgets(line, sizeof line, stdin) != NULL) {
    uint64_t values[7] = {0};
    char *rest = line;
    const char *name = strsep(&rest, " \n");
    for (int index = 0; index < 7 && rest != NULL; index++) values[index] = strtoull(rest, &rest, 0);
    if (alone) {
      in_own_process(name, values);
    } else {
      long result = make(name, values);
      answer(name, result != -1, errno);
    }
  }
  return 0;
}
