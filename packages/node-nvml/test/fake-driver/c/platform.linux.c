#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "platform.h"

static pthread_mutex_t threads = PTHREAD_MUTEX_INITIALIZER;
static int stateFile = -1;
static char statePath[PATH_MAX];
/* Beyond the end of the file: Windows' locks forbid reading what they cover. */
static const off_t LOCKED_BYTE = 1 << 30;

/* When the library is loaded: its path may be relative to a folder that the program leaves later. */
__attribute__((constructor)) static void findState(void) {
  Dl_info info;
  char library[PATH_MAX];
  if (dladdr(&stateFile, &info) == 0 || realpath(info.dli_fname, library) == NULL) return;
  char *slash = strrchr(library, '/');
  if (slash == NULL || (size_t)(slash - library) + sizeof "/fake-nvml.state.new" > sizeof statePath) return;
  *slash = 0;
  memcpy(statePath, library, (size_t)(slash - library) + 1);
  strcat(statePath, "/fake-nvml.state");
}

void *platformMapState(size_t bytes) {
  int file = open(statePath, O_RDWR | O_CLOEXEC);
  if (file < 0) return NULL;
  struct stat about;
  if (fstat(file, &about) != 0 || (size_t)about.st_size != bytes) {
    close(file);
    return NULL;
  }
  void *view = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (view == MAP_FAILED) {
    close(file);
    return NULL;
  }
  stateFile = file;
  return view;
}

int platformWriteState(const void *content, size_t bytes) {
  char making[PATH_MAX + 8];
  snprintf(making, sizeof making, "%s.new", statePath);
  int file = open(making, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return 0;
  /* Programs with fewer rights share the state as well. */
  int done = fchmod(file, 0666) == 0 && write(file, content, bytes) == (ssize_t)bytes;
  return close(file) == 0 && done && rename(making, statePath) == 0;
}

void platformLockThreads(void) { pthread_mutex_lock(&threads); }
void platformUnlockThreads(void) { pthread_mutex_unlock(&threads); }

/* A lock of the open file: it conflicts with Wine's locks, which flock does not, and dies with the process. */
static void changeLock(short type) {
  struct flock request = {.l_type = type, .l_whence = SEEK_SET, .l_start = LOCKED_BYTE, .l_len = 1};
  while (fcntl(stateFile, F_OFD_SETLKW, &request) != 0 && errno == EINTR) {
  }
}
void platformLockState(void) { changeLock(F_WRLCK); }
void platformUnlockState(void) { changeLock(F_UNLCK); }

int64_t platformNanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void platformSleep(double milliseconds) {
  struct timespec time = {(time_t)(milliseconds / 1000), 0};
  time.tv_nsec = (long)((milliseconds - (double)time.tv_sec * 1000) * 1e6);
  nanosleep(&time, NULL);
}

int platformEnvironment(const char *name, char *value, size_t bytes) {
  const char *found = getenv(name);
  if (found == NULL || strlen(found) >= bytes) return 0;
  strcpy(value, found);
  return 1;
}

int platformIsRoot(void) { return geteuid() == 0; }

int platformIsAlive(uint32_t pid) {
  char path[32], text[512];
  snprintf(path, sizeof path, "/proc/%u/stat", (unsigned)pid);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  if (length <= 0) return 0;
  text[length] = 0;
  /* The program's name, in parentheses, may hold any character. */
  const char *end = strrchr(text, ')');
  return end != NULL && strncmp(end, ") Z", 3) != 0 && strncmp(end, ") X", 3) != 0;
}
