#include <string.h>

#include "call.h"

enum { MOST_SETS = 64, EVENT_TYPES = 0x8 | 0x10 | 0x4 };
static const double WAIT_SLICE_MILLISECONDS = 2;

/* Sets belong to the process. Never freed to the system, so that a wait whose set is freed meanwhile ends well. */
typedef struct {
  _Atomic int isUsed;
  /** The shared event from which on this set has not looked. */
  _Atomic uint64_t next;
  _Atomic uint64_t types[MOST_CARDS];
} Set;
static Set sets[MOST_SETS];

static Set *setOf(EventSet handle) {
  Set *set = handle;
  if (set < sets || set >= sets + MOST_SETS || !set->isUsed) return NULL;
  return set;
}

EXPORT Return nvmlDeviceGetSupportedEventTypes(Device device, uint64_t *types) {
  DEVICE_CALL(nvmlDeviceGetSupportedEventTypes);
  REQUIRE(types != NULL, INVALID_ARGUMENT);
  *types = EVENT_TYPES;
  return SUCCESS;
}

EXPORT Return nvmlEventSetCreate(EventSet *handle) {
  SYSTEM_CALL(nvmlEventSetCreate);
  REQUIRE(handle != NULL, INVALID_ARGUMENT);
  for (Set *set = sets; set < sets + MOST_SETS; set++) {
    int isUsed = 0;
    if (!atomic_compare_exchange_strong(&set->isUsed, &isUsed, 1)) continue;
    for (int card = 0; card < MOST_CARDS; card++) set->types[card] = 0;
    set->next = atomic_load(&state()->eventCount);
    *handle = set;
    return SUCCESS;
  }
  return INSUFFICIENT_RESOURCES;
}

EXPORT Return nvmlDeviceRegisterEvents(Device device, uint64_t types, EventSet handle) {
  DEVICE_CALL(nvmlDeviceRegisterEvents);
  Set *set = setOf(handle);
  REQUIRE(set != NULL, INVALID_ARGUMENT);
  REQUIRE((types & ~(uint64_t)EVENT_TYPES) == 0, NOT_SUPPORTED);
  atomic_fetch_or(&set->types[indexOf(card)], types);
  return SUCCESS;
}

EXPORT Return nvmlEventSetFree(EventSet handle) {
  SYSTEM_CALL(nvmlEventSetFree);
  Set *set = setOf(handle);
  REQUIRE(set != NULL, INVALID_ARGUMENT);
  set->isUsed = 0;
  return SUCCESS;
}

/* The next event that the set asks for; 0 when there is none. */
static int take(State *shared, Set *set, EventDataV2 *data) {
  uint64_t count = atomic_load_explicit(&shared->eventCount, memory_order_acquire);
  if (count - set->next > EVENT_RING) set->next = count - EVENT_RING;
  while (set->next < count) {
    Event event = shared->events[set->next++ % EVENT_RING];
    if (event.card >= MOST_CARDS || (set->types[event.card] & event.type) == 0) continue;
    *data = (EventDataV2){deviceOf(event.card), event.type, event.data, UINT32_MAX, UINT32_MAX};
    return 1;
  }
  return 0;
}

static int isAnyCardLost(State *shared, const Set *set) {
  for (uint32_t index = 0; index < shared->cardCount; index++) {
    if (set->types[index] != 0 && cardModel(&shared->cards[index]).isLost != 0) return 1;
  }
  return 0;
}

static Return waitFor(EventSet handle, EventDataV2 *data, uint32_t timeoutMilliseconds) {
  State *shared = state();
  int64_t end = realNanoseconds() + (int64_t)timeoutMilliseconds * 1000000;
  for (;;) {
    Set *set = setOf(handle);
    REQUIRE(set != NULL && data != NULL, INVALID_ARGUMENT);
    REQUIRE(isInitialised(), UNINITIALIZED);
    if (take(shared, set, data)) return SUCCESS;
    REQUIRE(!isAnyCardLost(shared, set), GPU_IS_LOST);
    REQUIRE(realNanoseconds() < end, TIMEOUT);
    sleepMilliseconds(WAIT_SLICE_MILLISECONDS);
  }
}

EXPORT Return nvmlEventSetWait_v2(EventSet handle, EventDataV2 *data, uint32_t timeoutMilliseconds) {
  SYSTEM_CALL(nvmlEventSetWait_v2);
  return waitFor(handle, data, timeoutMilliseconds);
}
EXPORT Return nvmlEventSetWait(EventSet handle, EventDataV1 *data, uint32_t timeoutMilliseconds) {
  SYSTEM_CALL(nvmlEventSetWait);
  EventDataV2 newer;
  Return answer = waitFor(handle, data == NULL ? NULL : &newer, timeoutMilliseconds);
  if (answer == SUCCESS) memcpy(data, &newer, sizeof *data);
  return answer;
}
