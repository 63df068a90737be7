/*
 * What every call goes through before it answers: counting, hanging, failing, stale handles. With the manual clock
 * and no faults a getter takes no lock and no system call: 20 to 40 ns, a setter 2 to 3 µs.
 */
#ifndef CALL_H
#define CALL_H

#include "state.h"

/** A call about no card, or about one that is not known yet; `card` is -1 then. */
Return enterCall(int function, int card);
/** The same for calls that work before nvmlInit. */
Return enterInit(int function);
/** A call about a card: resolves the handle and runs the model up to now. */
Return enterDevice(int function, Device device, Card **card);

Device deviceOf(uint32_t index);
uint32_t indexOf(const Card *card);
/** Whether NVML is initialised in this process, for the driver as it is loaded now. */
int isInitialised(void);
Return initialise(void);
Return shutDown(void);

/** Whether `wanted` (plain: all versions of a function; or "*") means `function`. */
int namesFunction(const char *wanted, const char *function);
const char *functionName(int function);

/** SUCCESS, or what NVML answers to a struct with this version word. */
Return checkVersion(uint32_t version, uint32_t size, uint32_t number);
/** Copies a text with its zero: INSUFFICIENT_SIZE when it does not fit. */
Return copyText(char *to, uint32_t bytes, const char *text);

#define SYSTEM_CALL(name) \
  do { \
    Return entered = enterCall(FN_##name, -1); \
    if (entered != SUCCESS) return entered; \
  } while (0)
/** Declares `card`. */
#define DEVICE_CALL(name) \
  Card *card; \
  do { \
    Return entered = enterDevice(FN_##name, device, &card); \
    if (entered != SUCCESS) return entered; \
  } while (0)
#define REQUIRE(condition, answer) \
  do { \
    if (!(condition)) return (answer); \
  } while (0)

#endif
