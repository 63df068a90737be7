#include "call.h"

#include <string.h>

static const double HANG_SLICE_MILLISECONDS = 5;
/* A handle: mark, load of the driver, card. Small enough for a number of JavaScript. */
static const uint64_t HANDLE_MARK = 0x4e5600000000;

#define AS_NAME(name) #name,
static const char *const NAMES[] = {FUNCTIONS(AS_NAME)};
#undef AS_NAME

static _Atomic uint32_t initialisations;
static _Atomic uint32_t initialisedLoad;

const char *functionName(int function) { return NAMES[function]; }

/* nvmlDeviceGetTemperatureV is a version of nvmlDeviceGetTemperature by another custom. */
static size_t plainLength(const char *function) {
  size_t length = strlen(function);
  if (length > 3 && function[length - 3] == '_' && function[length - 2] == 'v') return length - 3;
  if (function[length - 1] == 'V') return length - 1;
  return length;
}

int namesFunction(const char *wanted, const char *function) {
  if (strcmp(wanted, "*") == 0 || strcmp(wanted, function) == 0) return 1;
  size_t length = plainLength(function);
  return strlen(wanted) == length && strncmp(wanted, function, length) == 0;
}

static int applies(const Rule *rule, int function, int card) {
  if (!atomic_load_explicit(&rule->isActive, memory_order_acquire)) return 0;
  return (rule->card == -1 || rule->card == card) && namesFunction(rule->function, NAMES[function]);
}

static double hangOf(State *shared, int function, int card) {
  double longest = 0;
  for (int index = 0; index < MOST_RULES; index++) {
    const Rule *rule = &shared->rules[index];
    if (applies(rule, function, card) && rule->hangMilliseconds > longest) longest = rule->hangMilliseconds;
  }
  return longest;
}

static Return answerOf(State *shared, int function, int card) {
  for (int index = 0; index < MOST_RULES; index++) {
    Rule *rule = &shared->rules[index];
    if (!applies(rule, function, card) || rule->answer == SUCCESS) continue;
    int32_t left = atomic_load(&rule->timesLeft);
    while (left > 0 && !atomic_compare_exchange_weak(&rule->timesLeft, &left, left - 1)) {
    }
    if (left != 0) return rule->answer;
  }
  return SUCCESS;
}

static Return misbehave(State *shared, int function, int card) {
  if (atomic_load_explicit(&shared->ruleCount, memory_order_acquire) == 0) return SUCCESS;
  int64_t start = realNanoseconds();
  for (;;) {
    double left = hangOf(shared, function, card) - (double)(realNanoseconds() - start) * 1e-6;
    if (left <= 0) break;
    sleepMilliseconds(left < HANG_SLICE_MILLISECONDS ? left : HANG_SLICE_MILLISECONDS);
  }
  return answerOf(shared, function, card);
}

Return enterInit(int function) {
  State *shared = state();
  REQUIRE(shared != NULL, DRIVER_NOT_LOADED);
  atomic_fetch_add_explicit(&shared->calls[function], 1, memory_order_relaxed);
  return misbehave(shared, function, -1);
}

int isInitialised(void) {
  State *shared = state();
  return shared != NULL && atomic_load(&initialisations) > 0 && atomic_load(&shared->isLoaded) &&
         atomic_load(&initialisedLoad) == atomic_load(&shared->load);
}

Return enterCall(int function, int card) {
  State *shared = state();
  REQUIRE(shared != NULL, UNINITIALIZED);
  atomic_fetch_add_explicit(&shared->calls[function], 1, memory_order_relaxed);
  Return misbehaviour = misbehave(shared, function, card);
  REQUIRE(misbehaviour == SUCCESS, misbehaviour);
  return isInitialised() ? SUCCESS : UNINITIALIZED;
}

Return enterDevice(int function, Device device, Card **card) {
  uint64_t handle = (uint64_t)(uintptr_t)device;
  State *shared = state();
  int isHandle = shared != NULL && (handle & ~(uint64_t)0xffffffff) == HANDLE_MARK;
  uint32_t index = (uint32_t)(handle & 0xff);
  isHandle = isHandle && index < shared->cardCount;
  Return entered = enterCall(function, isHandle ? (int)index : -1);
  REQUIRE(entered == SUCCESS, entered);
  REQUIRE(isHandle && device == deviceOf(index), INVALID_ARGUMENT);
  *card = &shared->cards[index];
  catchUp(shared, *card);
  return cardModel(*card).isLost != 0 ? GPU_IS_LOST : SUCCESS;
}

Device deviceOf(uint32_t index) {
  uint64_t load = atomic_load(&state()->load) & 0xffffff;
  return (Device)(uintptr_t)(HANDLE_MARK | load << 8 | index);
}

uint32_t indexOf(const Card *card) { return (uint32_t)(card - state()->cards); }

Return initialise(void) {
  State *shared = state();
  REQUIRE(atomic_load(&shared->isLoaded), DRIVER_NOT_LOADED);
  /* Initialisations of an earlier load of the driver count no more. */
  if (!isInitialised()) atomic_store(&initialisations, 0);
  atomic_store(&initialisedLoad, atomic_load(&shared->load));
  atomic_fetch_add(&initialisations, 1);
  return SUCCESS;
}

Return shutDown(void) {
  uint32_t count = atomic_load(&initialisations);
  REQUIRE(count > 0, UNINITIALIZED);
  atomic_store(&initialisations, count - 1);
  return SUCCESS;
}

Return checkVersion(uint32_t version, uint32_t size, uint32_t number) {
  REQUIRE(version >> 24 == number, ARGUMENT_VERSION_MISMATCH);
  REQUIRE((version & 0xffffff) == size, INVALID_ARGUMENT);
  return SUCCESS;
}

Return copyText(char *to, uint32_t bytes, const char *text) {
  REQUIRE(to != NULL, INVALID_ARGUMENT);
  REQUIRE(strlen(text) < bytes, INSUFFICIENT_SIZE);
  strcpy(to, text);
  return SUCCESS;
}
