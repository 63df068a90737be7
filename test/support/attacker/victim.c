// A program of the user's with something to steal. It prints one line of JSON and sleeps until its stdin ends:
//   victim watch FILE KEY   holds FILE's text in memory, an open descriptor of FILE, and SysV objects of that KEY
//   victim read FILE COPY   copies FILE to COPY, to show what a program that an attacker starts may do (exit code 0)
//   victim queue NAME       finds and removes a POSIX message queue (exit code 0)
//   victim rights COPY      writes its effective user id to COPY; for a setuid copy of this program
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <unistd.h>

static char secret[4096] = "";
static struct {
  long type;
  char text[64];
} message = {1, ""};

static int copy(const char *from, const char *to) {
  int in = open(from, O_RDONLY);
  if (in < 0) return 2;
  ssize_t length = read(in, secret, sizeof secret - 1);
  if (length < 0) return 3;
  // The copy may lie where only its starter could have put it, so its name is made here.
  int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (out < 0) return 4;
  return write(out, secret, (size_t)length) == length ? 0 : 5;
}

int main(int count, char **arguments) {
  if (count == 4 && strcmp(arguments[1], "read") == 0) return copy(arguments[2], arguments[3]);
  if (count == 3 && strcmp(arguments[1], "queue") == 0) return mq_unlink(arguments[2]) == 0 ? 0 : 2;
  if (count == 3 && strcmp(arguments[1], "rights") == 0) {
    FILE *out = fopen(arguments[2], "w");
    if (out == NULL) return 4;
    fprintf(out, "%d", (int)geteuid());
    return fclose(out);
  }
  if (count != 4) return 1;
  int file = open(arguments[2], O_RDONLY);
  if (file < 0 || read(file, secret, sizeof secret - 1) < 0) return 2;
  lseek(file, 0, SEEK_SET);
  key_t key = (key_t)strtol(arguments[3], NULL, 10);
  int memory = shmget(key, 4096, IPC_CREAT | 0666);
  int queue = msgget(key, IPC_CREAT | 0666);
  if (memory < 0 || queue < 0) return 3;
  char *shared = shmat(memory, NULL, 0);
  if (shared == (char *)-1) return 3;
  memcpy(shared, secret, 64);
  memcpy(message.text, secret, sizeof message.text);
  msgsnd(queue, &message, sizeof message.text, IPC_NOWAIT);
  printf("{\"pid\":%d,\"address\":\"%lu\",\"descriptor\":%d}\n", (int)getpid(), (unsigned long)secret, file);
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0)
    // Asked: what does it hold now?
    printf("\"%.64s\"\n", secret), fflush(stdout);
  shmctl(memory, IPC_RMID, NULL);
  msgctl(queue, IPC_RMID, NULL);
  return 0;
}
