/*
 * Runs a program that may not open a connector socket, as in most containers: `deny-proc-connector PROGRAM ARGS…`.
 * The agent then has to poll /proc.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* Goes on when equal, and allows the call otherwise: `rest` instructions are left before the refusal. */
#define ONLY(value, rest) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, (rest) + 1)

int main(int count, char **arguments) {
  struct sock_filter filter[] = {
      LOAD(nr),      ONLY(SYS_socket, 4),
      LOAD(args[0]), ONLY(AF_NETLINK, 2),
      LOAD(args[2]), ONLY(NETLINK_CONNECTOR, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  if (count < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    perror("deny-proc-connector");
    return 1;
  }
  execv(arguments[1], arguments + 1);
  perror(arguments[1]);
  return 1;
}
