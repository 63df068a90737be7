// The attacker's native part: raw system calls and what JavaScript cannot do without them. It is loaded by Node as
// an addon; the few functions of Node-API that it needs are declared here, so that it builds without Node's headers.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct napi_env__ *napi_env;
typedef struct napi_value__ *napi_value;
typedef struct napi_callback_info__ *napi_callback_info;
typedef napi_value (*napi_callback)(napi_env, napi_callback_info);
int napi_get_cb_info(napi_env, napi_callback_info, size_t *, napi_value *, napi_value *, void **);
int napi_get_value_bigint_uint64(napi_env, napi_value, uint64_t *, bool *);
int napi_get_value_int64(napi_env, napi_value, int64_t *);
int napi_get_value_string_utf8(napi_env, napi_value, char *, size_t, size_t *);
int napi_get_buffer_info(napi_env, napi_value, void **, size_t *);
int napi_create_int64(napi_env, int64_t, napi_value *);
int napi_create_bigint_uint64(napi_env, uint64_t, napi_value *);
int napi_create_function(napi_env, const char *, size_t, napi_callback, void *, napi_value *);
int napi_set_named_property(napi_env, napi_value, const char *, napi_value);

#define MAX_ARGUMENTS 7
#define CHILD_SECONDS 20
#define THREAD_STACK_BYTES (64 * 1024)
#define MEMORY_STEP (16L * 1024 * 1024)

static size_t arguments(napi_env env, napi_callback_info info, napi_value *values) {
  size_t count = MAX_ARGUMENTS;
  napi_get_cb_info(env, info, &count, values, NULL, NULL);
  return count;
}

static int64_t integer(napi_env env, napi_value value) {
  int64_t number = 0;
  napi_get_value_int64(env, value, &number);
  return number;
}

static napi_value give(napi_env env, int64_t number) {
  napi_value value;
  napi_create_int64(env, number, &value);
  return value;
}

// (number, up to six bigints) → the result, or the negative error number.
static napi_value system_call(napi_env env, napi_callback_info info) {
  napi_value values[MAX_ARGUMENTS];
  size_t count = arguments(env, info, values);
  uint64_t word[6] = {0};
  for (size_t i = 1; i < count; i++) {
    bool lossless;
    napi_get_value_bigint_uint64(env, values[i], &word[i - 1], &lossless);
  }
  long result = syscall(integer(env, values[0]), word[0], word[1], word[2], word[3], word[4], word[5]);
  return give(env, result == -1 ? -errno : result);
}

// The address of a Buffer's bytes.
static napi_value address_of(napi_env env, napi_callback_info info) {
  napi_value values[MAX_ARGUMENTS], result;
  arguments(env, info, values);
  void *data = NULL;
  size_t length;
  napi_get_buffer_info(env, values[0], &data, &length);
  napi_create_bigint_uint64(env, (uint64_t)(uintptr_t)data, &result);
  return result;
}

// (number, three integers) through the 32-bit entry of x86 → the result.
static napi_value call_32_bit(napi_env env, napi_callback_info info) {
  napi_value values[MAX_ARGUMENTS];
  arguments(env, info, values);
#if defined(__x86_64__)
  uint64_t result;
  uint64_t number = (uint64_t)integer(env, values[0]), b = (uint64_t)integer(env, values[1]),
           c = (uint64_t)integer(env, values[2]), d = (uint64_t)integer(env, values[3]);
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(number), "b"(b), "c"(c), "d"(d)
                   : "memory", "r8", "r9", "r10", "r11");
  return give(env, (int32_t)result);
#else
  return give(env, -ENOSYS);
#endif
}

// Starts up to `count` processes that sleep, ends them again, and tells how many there were at once.
static napi_value fork_many(napi_env env, napi_callback_info info) {
  napi_value values[MAX_ARGUMENTS];
  arguments(env, info, values);
  int64_t count = integer(env, values[0]), made = 0;
  static pid_t children[1000];
  if (count > 1000) count = 1000;
  int error = 0;
  while (made < count) {
    pid_t child = fork();
    if (child < 0) {
      error = errno;
      break;
    }
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      alarm(CHILD_SECONDS);
      for (;;) pause();
    }
    children[made++] = child;
  }
  for (int64_t i = 0; i < made; i++) kill(children[i], SIGKILL);
  for (int64_t i = 0; i < made; i++) waitpid(children[i], NULL, 0);
  return give(env, made == 0 && error != 0 ? -error : made);
}

static void *sleep_always(void *unused) {
  for (;;) pause();
  return unused;
}

// Starts up to `count` threads that sleep, and tells how many there are.
static napi_value thread_many(napi_env env, napi_callback_info info) {
  napi_value values[MAX_ARGUMENTS];
  arguments(env, info, values);
  int64_t count = integer(env, values[0]), made = 0;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, THREAD_STACK_BYTES);
  pthread_t thread;
  while (made < count && pthread_create(&thread, &attributes, sleep_always, NULL) == 0) made++;
  return give(env, made);
}

// Fills up to `bytes` of memory, gives it back, and tells how much it was.
static napi_value fill_memory(napi_env env, napi_callback_info info) {
  napi_value values[MAX_ARGUMENTS];
  arguments(env, info, values);
  int64_t bytes = integer(env, values[0]), filled = 0;
  char *block = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (block == MAP_FAILED) return give(env, -errno);
  for (; filled < bytes; filled += MEMORY_STEP) memset(block + filled, 1, MEMORY_STEP);
  // Time for whoever watches the memory.
  usleep(integer(env, values[1]) * 1000);
  munmap(block, bytes);
  return give(env, filled);
}

// Fills up to `bytes` of shared memory, of which the process shows none, and tells how much it was.
static napi_value hide_memory(napi_env env, napi_callback_info info) {
  napi_value values[MAX_ARGUMENTS];
  arguments(env, info, values);
  int64_t bytes = integer(env, values[0]), filled = 0;
  char *block = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (block == MAP_FAILED) return give(env, -errno);
  for (; filled < bytes; filled += MEMORY_STEP) {
    memset(block + filled, 1, MEMORY_STEP);
    madvise(block + filled, MEMORY_STEP, MADV_DONTNEED);
  }
  usleep(integer(env, values[1]) * 1000);
  munmap(block, bytes);
  return give(env, filled);
}

// (descriptor of a program, its three arguments) → what the program's exit code was, started in a process of its own.
static napi_value run_descriptor(napi_env env, napi_callback_info info) {
  napi_value values[MAX_ARGUMENTS];
  arguments(env, info, values);
  int descriptor = (int)integer(env, values[0]);
  static char first[4096], second[4096], third[4096];
  size_t length;
  napi_get_value_string_utf8(env, values[1], first, sizeof first, &length);
  napi_get_value_string_utf8(env, values[2], second, sizeof second, &length);
  napi_get_value_string_utf8(env, values[3], third, sizeof third, &length);
  char *argv[] = {"program", first, second, third, NULL}, *environment[] = {NULL};
  pid_t child = fork();
  if (child < 0) return give(env, -errno);
  if (child == 0) {
    syscall(SYS_execveat, descriptor, "", argv, environment, 0x1000 /* AT_EMPTY_PATH */);
    _exit(errno == ENOENT ? 126 : 127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return give(env, WIFEXITED(status) ? WEXITSTATUS(status) : -ECANCELED);
}

// clone(flags): 0 when the kernel made such a process, which ends at once.
static napi_value clone_with(napi_env env, napi_callback_info info) {
  napi_value values[MAX_ARGUMENTS];
  arguments(env, info, values);
  long child = syscall(SYS_clone, integer(env, values[0]) | SIGCHLD, NULL, NULL, NULL, NULL);
  if (child < 0) return give(env, -errno);
  if (child == 0) _exit(0);
  waitpid((pid_t)child, NULL, 0);
  return give(env, 0);
}

#define CALL(name) {#name, SYS_##name}
static const struct {
  const char *name;
  long number;
} CALLS[] = {
    CALL(accept4), CALL(acct), CALL(add_key), CALL(adjtimex), CALL(bind), CALL(bpf), CALL(capget), CALL(capset),
    CALL(chroot), CALL(clone3), CALL(close), CALL(connect), CALL(delete_module), CALL(dup), CALL(execveat),
    CALL(fanotify_init), CALL(fchmodat), CALL(fchownat), CALL(finit_module), CALL(fsopen), CALL(getpid),
    CALL(init_module), CALL(io_uring_setup), CALL(ioctl), CALL(ioprio_set), CALL(kcmp),
    CALL(kexec_load), CALL(keyctl), CALL(kill), CALL(lseek), CALL(memfd_create), CALL(memfd_secret), CALL(migrate_pages),
    CALL(mknodat), CALL(mount), CALL(move_pages), CALL(mq_open), CALL(msgget), CALL(msgrcv),
    CALL(name_to_handle_at), CALL(open_by_handle_at), CALL(open_tree), CALL(openat), CALL(openat2),
    CALL(perf_event_open), CALL(personality), CALL(pidfd_getfd), CALL(pidfd_open), CALL(pidfd_send_signal),
    CALL(pivot_root), CALL(prctl), CALL(prlimit64), CALL(process_madvise), CALL(process_vm_readv),
    CALL(process_vm_writev), CALL(ptrace), CALL(quotactl), CALL(read), CALL(reboot), CALL(recvmsg),
    CALL(renameat2), CALL(request_key), CALL(rt_sigqueueinfo), CALL(rt_tgsigqueueinfo), CALL(sched_setaffinity),
    CALL(sched_setattr), CALL(sched_setscheduler), CALL(semget), CALL(sendto), CALL(setdomainname), CALL(setgid),
    CALL(setgroups), CALL(sethostname), CALL(setns), CALL(setpriority), CALL(setresuid), CALL(setuid),
    CALL(setxattr), CALL(shmat), CALL(shmget), CALL(socket), CALL(swapoff), CALL(swapon), CALL(syslog),
    CALL(tgkill), CALL(tkill), CALL(truncate), CALL(umount2), CALL(unlinkat), CALL(unshare), CALL(userfaultfd),
    CALL(utimensat), CALL(write),
#if defined(__x86_64__)
    CALL(ioperm), CALL(iopl), CALL(modify_ldt),
#endif
};

// The number of a system call here, or -1.
static napi_value call_number(napi_env env, napi_callback_info info) {
  napi_value values[MAX_ARGUMENTS];
  arguments(env, info, values);
  char name[64];
  size_t length;
  napi_get_value_string_utf8(env, values[0], name, sizeof name, &length);
  for (size_t i = 0; i < sizeof CALLS / sizeof CALLS[0]; i++)
    if (strcmp(CALLS[i].name, name) == 0) return give(env, CALLS[i].number);
  return give(env, -1);
}

// (address, byte count) of memory of this process, as a number of at most 8 bytes: for what a call attached.
static napi_value peek(napi_env env, napi_callback_info info) {
  napi_value values[MAX_ARGUMENTS], result;
  arguments(env, info, values);
  uint64_t address;
  bool lossless;
  napi_get_value_bigint_uint64(env, values[0], &address, &lossless);
  napi_create_bigint_uint64(env, *(const uint64_t *)(uintptr_t)address, &result);
  return result;
}

napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  static const struct {
    const char *name;
    napi_callback function;
  } FUNCTIONS[] = {
      {"systemCall", system_call}, {"callNumber", call_number},       {"addressOf", address_of},
      {"call32Bit", call_32_bit},  {"forkMany", fork_many},           {"threadMany", thread_many},
      {"fillMemory", fill_memory}, {"runDescriptor", run_descriptor}, {"cloneWith", clone_with},
      {"peek", peek},              {"hideMemory", hide_memory},
  };
  for (size_t i = 0; i < sizeof FUNCTIONS / sizeof FUNCTIONS[0]; i++) {
    napi_value function;
    napi_create_function(env, FUNCTIONS[i].name, strlen(FUNCTIONS[i].name), FUNCTIONS[i].function, NULL, &function);
    napi_set_named_property(env, exports, FUNCTIONS[i].name, function);
  }
  return exports;
}
