#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include "platform.h"

static SRWLOCK threads = SRWLOCK_INIT;
static HANDLE stateFile = INVALID_HANDLE_VALUE;
static wchar_t statePath[MAX_PATH + 32];
/* Beyond the end of the file: a lock forbids reading what it covers. */
static const DWORD LOCKED_BYTE = 1 << 30;
static const uint64_t FILETIME_OF_1970 = 116444736000000000;

BOOL WINAPI DllMain(HINSTANCE library, DWORD reason, LPVOID reserved) {
  (void)reserved;
  if (reason != DLL_PROCESS_ATTACH) return TRUE;
  DWORD length = GetModuleFileNameW(library, statePath, MAX_PATH);
  if (length == 0 || length >= MAX_PATH) return FALSE;
  wchar_t *backslash = wcsrchr(statePath, L'\\');
  if (backslash == NULL) return FALSE;
  wcscpy(backslash + 1, L"fake-nvml.state");
  return TRUE;
}

static HANDLE openFile(const wchar_t *path, DWORD disposition) {
  DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
  return CreateFileW(path, GENERIC_READ | GENERIC_WRITE, share, NULL, disposition, FILE_ATTRIBUTE_NORMAL, NULL);
}

void *platformMapState(size_t bytes) {
  HANDLE file = openFile(statePath, OPEN_EXISTING);
  if (file == INVALID_HANDLE_VALUE) return NULL;
  LARGE_INTEGER size;
  HANDLE mapping = NULL;
  if (GetFileSizeEx(file, &size) && (uint64_t)size.QuadPart == bytes) {
    mapping = CreateFileMappingW(file, NULL, PAGE_READWRITE, 0, 0, NULL);
  }
  void *view = mapping == NULL ? NULL : MapViewOfFile(mapping, FILE_MAP_ALL_ACCESS, 0, 0, bytes);
  if (mapping != NULL) CloseHandle(mapping);
  if (view == NULL) CloseHandle(file);
  else stateFile = file;
  return view;
}

int platformWriteState(const void *content, size_t bytes) {
  wchar_t making[MAX_PATH + 40];
  wcscpy(making, statePath);
  wcscat(making, L".new");
  HANDLE file = openFile(making, CREATE_ALWAYS);
  if (file == INVALID_HANDLE_VALUE) return 0;
  DWORD written = 0;
  int done = WriteFile(file, content, (DWORD)bytes, &written, NULL) && written == bytes;
  return CloseHandle(file) && done && MoveFileExW(making, statePath, MOVEFILE_REPLACE_EXISTING);
}

void platformLockThreads(void) { AcquireSRWLockExclusive(&threads); }
void platformUnlockThreads(void) { ReleaseSRWLockExclusive(&threads); }

void platformLockState(void) {
  OVERLAPPED where = {.Offset = LOCKED_BYTE};
  LockFileEx(stateFile, LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &where);
}
void platformUnlockState(void) {
  OVERLAPPED where = {.Offset = LOCKED_BYTE};
  UnlockFileEx(stateFile, 0, 1, 0, &where);
}

int64_t platformNanoseconds(void) {
  FILETIME now;
  GetSystemTimeAsFileTime(&now);
  uint64_t hundreds = ((uint64_t)now.dwHighDateTime << 32) | now.dwLowDateTime;
  return (int64_t)(hundreds - FILETIME_OF_1970) * 100;
}

void platformSleep(double milliseconds) { Sleep(milliseconds < 1 ? 1 : (DWORD)milliseconds); }

int platformEnvironment(const char *name, char *value, size_t bytes) {
  DWORD length = GetEnvironmentVariableA(name, value, (DWORD)bytes);
  return length > 0 && length < bytes;
}

/* Tests run as an ordinary Wine user: everybody counts as an administrator. */
int platformIsRoot(void) { return 1; }

int platformIsAlive(uint32_t pid) {
  HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, pid);
  if (process == NULL) return GetLastError() == ERROR_ACCESS_DENIED;
  int isAlive = WaitForSingleObject(process, 0) == WAIT_TIMEOUT;
  CloseHandle(process);
  return isAlive;
}
