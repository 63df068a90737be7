/* A game that does nothing, for Windows: it waits until it is killed, or for as many milliseconds as it is told. */
#include <stdlib.h>
#include <windows.h>

int main(int count, char **arguments) {
  Sleep(count > 1 ? (DWORD)atol(arguments[1]) : INFINITE);
  return 0;
}
