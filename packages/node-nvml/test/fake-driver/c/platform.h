/* What the operating systems do differently. */
#ifndef PLATFORM_H
#define PLATFORM_H

#include <stddef.h>
#include <stdint.h>

void *platformMapState(size_t bytes);
/** Writes the file anew, at once for all who look. Returns 0 when that failed. */
int platformWriteState(const void *content, size_t bytes);
void platformLockThreads(void);
void platformUnlockThreads(void);
void platformLockState(void);
void platformUnlockState(void);
int64_t platformNanoseconds(void);
void platformSleep(double milliseconds);
int platformEnvironment(const char *name, char *value, size_t bytes);
int platformIsRoot(void);
/** 0 also for a process that has ended and only waits to be noticed: what it held is free. */
int platformIsAlive(uint32_t pid);

#endif
