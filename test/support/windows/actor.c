/*
 * A Windows program that does as it is told, for tests of what watches Windows. A line on its input is a command:
 *   window popup|captioned|maximized X Y WIDTH HEIGHT   shows that window, in the place of the one before
 *   close                                               closes it
 *   touch                                               moves the mouse, as a user does
 *   steam APP PID                                       writes what Steam writes; PID 0 is this process
 *   forget-steam                                        removes that
 * and is answered by a line: the Unix time in milliseconds when it was done, and this process's id; `failed` and
 * the error else. The end of its input ends it.
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static HWND window;

static int show(const char *kind, int x, int y, int width, int height) {
  if (window) DestroyWindow(window);
  DWORD style = WS_VISIBLE | (strcmp(kind, "popup") == 0 ? WS_POPUP : WS_OVERLAPPEDWINDOW);
  if (strcmp(kind, "maximized") == 0) style |= WS_MAXIMIZE;
  window = CreateWindowA("actor", "actor", style, x, y, width, height, 0, 0, GetModuleHandleA(0), 0);
  if (!window) return 0;
  /* A maximized window is moved by Windows; here its place is the test's. */
  if (strcmp(kind, "maximized") == 0) SetWindowPos(window, 0, x, y, width, height, SWP_NOZORDER);
  return SetForegroundWindow(window);
}

/* A maximized window that draws in all of itself, as programs with a title of their own do. */
static LRESULT CALLBACK procedure(HWND handle, UINT message, WPARAM wide, LPARAM lengthy) {
  if (message == WM_NCCALCSIZE && wide && (GetWindowLongA(handle, GWL_STYLE) & WS_MAXIMIZE)) return 0;
  return DefWindowProcA(handle, message, wide, lengthy);
}

static int touch(void) {
  INPUT input = {.type = INPUT_MOUSE};
  input.mi.dx = 3;
  input.mi.dwFlags = MOUSEEVENTF_MOVE;
  return SendInput(1, &input, sizeof input) == 1;
}

static int write_number(const char *key, const char *name, DWORD value) {
  return RegSetKeyValueA(HKEY_CURRENT_USER, key, name, REG_DWORD, &value, sizeof value) == ERROR_SUCCESS;
}

static int obey(const char *line) {
  char kind[16];
  int x, y, width, height;
  unsigned app, pid;
  if (sscanf(line, "window %15s %d %d %d %d", kind, &x, &y, &width, &height) == 5)
    return show(kind, x, y, width, height);
  if (strcmp(line, "close") == 0) {
    HWND closed = window;
    window = 0;
    return DestroyWindow(closed);
  }
  if (strcmp(line, "touch") == 0) return touch();
  if (sscanf(line, "steam %u %u", &app, &pid) == 2)
    return write_number("Software\\Valve\\Steam\\ActiveProcess", "pid", pid ? pid : GetCurrentProcessId()) &&
           write_number("Software\\Valve\\Steam", "RunningAppID", app);
  if (strcmp(line, "forget-steam") == 0)
    return RegDeleteKeyValueA(HKEY_CURRENT_USER, "Software\\Valve\\Steam", "RunningAppID") == ERROR_SUCCESS;
  SetLastError(ERROR_INVALID_FUNCTION);
  return 0;
}

static void answer(int done) {
  ULARGE_INTEGER now;
  FILETIME time;
  DWORD error = GetLastError();
  GetSystemTimePreciseAsFileTime(&time);
  now.LowPart = time.dwLowDateTime;
  now.HighPart = time.dwHighDateTime;
  if (done) printf("%.3f %lu\n", now.QuadPart / 1e4 - 11644473600000.0, GetCurrentProcessId());
  else printf("failed %lu\n", error);
  fflush(stdout);
}

/* The next line, while the window's messages are served; 0 at the end of the input. */
static int next_line(char *line, int size) {
  static char bytes[1024];
  static DWORD held;
  for (;;) {
    char *end = memchr(bytes, '\n', held);
    if (end && end - bytes < size) {
      DWORD length = (DWORD)(end - bytes);
      memcpy(line, bytes, length);
      line[length] = 0;
      held -= length + 1;
      memmove(bytes, end + 1, held);
      return 1;
    }
    MSG message;
    while (PeekMessageA(&message, 0, 0, 0, PM_REMOVE)) DispatchMessageA(&message);
    HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    DWORD available = 0, got = 0;
    if (!PeekNamedPipe(input, 0, 0, 0, &available, 0)) return 0;
    if (available == 0) {
      Sleep(2);
      continue;
    }
    if (held == sizeof bytes || !ReadFile(input, bytes + held, sizeof bytes - held, &got, 0)) return 0;
    held += got;
  }
}

int main(void) {
  WNDCLASSA description = {.lpfnWndProc = procedure, .hInstance = GetModuleHandleA(0), .lpszClassName = "actor"};
  char line[128];
  if (!RegisterClassA(&description)) return 1;
  while (next_line(line, sizeof line)) answer(obey(line));
  return 0;
}
