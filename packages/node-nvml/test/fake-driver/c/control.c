/* How tests steer the fake: works whether NVML is initialised or not. */
#include <math.h>
#include <string.h>

#include "call.h"

/** Answers of the control functions. */
enum { DONE = 0, NO_STATE = -1, NO_CARD = -2, NO_PROPERTY = -3, NO_FUNCTION = -4, NO_ROOM = -5, READ_ONLY = -6, OTHER_CLOCK = -7 };

#define AS_NAME(name, value) #name,
static const char *const SETTING_NAMES[] = {SETTINGS(AS_NAME)};
#undef AS_NAME

static int settingNamed(const char *name) {
  for (int setting = 0; setting < SETTING_COUNT; setting++) {
    if (strcmp(SETTING_NAMES[setting], name) == 0) return setting;
  }
  return -1;
}

static double *modelValue(Model *model, const char *name) {
  if (strcmp(name, "temperatureC") == 0) return &model->temperatureC;
  if (strcmp(name, "sinkC") == 0) return &model->sinkC;
  if (strcmp(name, "fanPercent") == 0) return &model->fanPercent;
  if (strcmp(name, "energyMillijoules") == 0) return &model->energyMillijoules;
  if (strcmp(name, "workDone") == 0) return &model->workDone;
  if (strcmp(name, "isLost") == 0) return &model->isLost;
  return NULL;
}

/* NaN: no such reading. */
static double derivedValue(const Card *card, const Model *model, const char *name) {
  Derived derived = cardDerive(card, model);
  if (strcmp(name, "powerMilliwatts") == 0) return derived.milliwatts;
  if (strcmp(name, "throughput") == 0) return derived.throughput;
  if (strcmp(name, "throttleReasons") == 0) return (double)derived.reasons;
  if (strcmp(name, "memoryTemperatureC") == 0) return cardMemoryTemperature(card, model);
  if (strcmp(name, "seconds") == 0) return model->seconds;
  return NAN;
}

static int isFunction(const char *name) {
  for (int function = 0; function < FUNCTION_COUNT; function++) {
    if (namesFunction(name, functionName(function))) return 1;
  }
  return 0;
}

EXPORT int fakeNvmlCreate(uint32_t cardCount, uint32_t isManual, double timeScale) {
  return stateCreate(cardCount, isManual, timeScale) && state() != NULL ? DONE : NO_STATE;
}

static int setLocked(State *shared, Card *card, const char *property, double value) {
  catchUpLocked(shared, card);
  int setting = settingNamed(strcmp(property, "memoryTemperatureC") == 0 ? "memoryOverrideC" : property);
  if (setting >= 0) {
    atomic_store(&card->settings[setting], value);
    return DONE;
  }
  Model model = cardModel(card);
  double wasLost = model.isLost;
  double *place = modelValue(&model, property);
  if (place == NULL) return isnan(derivedValue(card, &model, property)) ? NO_PROPERTY : READ_ONLY;
  *place = value;
  cardReplaceModel(card, &model);
  if (wasLost == 0 && model.isLost != 0) cardLostLocked(shared, card);
  return DONE;
}

EXPORT int fakeNvmlSet(uint32_t index, const char *property, double value) {
  State *shared = state();
  if (shared == NULL) return NO_STATE;
  if (index >= shared->cardCount) return NO_CARD;
  lock();
  int answer = setLocked(shared, &shared->cards[index], property, value);
  unlock();
  return answer;
}

EXPORT int fakeNvmlGet(uint32_t index, const char *property, double *value) {
  State *shared = state();
  if (shared == NULL) return NO_STATE;
  if (index >= shared->cardCount) return NO_CARD;
  Card *card = &shared->cards[index];
  catchUp(shared, card);
  int setting = settingNamed(property);
  if (setting >= 0) {
    *value = atomic_load(&card->settings[setting]);
    return DONE;
  }
  Model model = cardModel(card);
  const double *place = modelValue(&model, property);
  *value = place != NULL ? *place : derivedValue(card, &model, property);
  return isnan(*value) && place == NULL ? NO_PROPERTY : DONE;
}

/** Puts a card at rest after its settings were made. */
EXPORT int fakeNvmlSettle(uint32_t index) {
  State *shared = state();
  if (shared == NULL) return NO_STATE;
  if (index >= shared->cardCount) return NO_CARD;
  lock();
  cardSettle(&shared->cards[index], realNanoseconds());
  unlock();
  return DONE;
}

EXPORT int fakeNvmlAdvance(double seconds) {
  State *shared = state();
  if (shared == NULL) return NO_STATE;
  if (!shared->isManual) return OTHER_CLOCK;
  lock();
  for (uint32_t index = 0; index < shared->cardCount; index++) {
    runModelLocked(shared, &shared->cards[index], seconds, LONGEST_STEP_SECONDS, 0);
  }
  unlock();
  return DONE;
}

static void countRulesLocked(State *shared) {
  uint32_t count = 0;
  for (int index = 0; index < MOST_RULES; index++) count += shared->rules[index].isActive;
  atomic_store(&shared->ruleCount, count);
}

static int isAbout(const Rule *rule, const char *function, int card) {
  /* Clearing "*" on all cards clears everything. */
  if (strcmp(function, "*") == 0 && card == -1) return 1;
  return rule->card == card && strcmp(rule->function, function) == 0;
}

static int addRule(const char *function, int card, int answer, int times, double hangMilliseconds) {
  State *shared = state();
  if (shared == NULL) return NO_STATE;
  if (card < -1 || card >= (int)shared->cardCount) return NO_CARD;
  if (!isFunction(function) || strlen(function) >= NAME_BYTES) return NO_FUNCTION;
  int isHang = answer < 0;
  int isClearing = isHang ? hangMilliseconds <= 0 : answer == SUCCESS;
  lock();
  int result = isClearing ? DONE : NO_ROOM;
  for (int index = 0; index < MOST_RULES; index++) {
    Rule *rule = &shared->rules[index];
    int isOfKind = (rule->hangMilliseconds > 0) == isHang;
    int isReplaced = isClearing ? isAbout(rule, function, card) : rule->card == card && strcmp(rule->function, function) == 0;
    if (rule->isActive && isOfKind && isReplaced) rule->isActive = 0;
  }
  for (int index = 0; index < MOST_RULES && result == NO_ROOM; index++) {
    Rule *rule = &shared->rules[index];
    if (rule->isActive && rule->timesLeft != 0) continue;
    atomic_store(&rule->isActive, 0);
    rule->card = card;
    rule->answer = isHang ? SUCCESS : answer;
    rule->timesLeft = times;
    rule->hangMilliseconds = isHang ? hangMilliseconds : 0;
    strcpy(rule->function, function);
    atomic_store_explicit(&rule->isActive, 1, memory_order_release);
    result = DONE;
  }
  countRulesLocked(shared);
  unlock();
  return result;
}

/** `times` -1: until cleared with `answer` 0. */
EXPORT int fakeNvmlFail(const char *function, int answer, int card, int times) {
  if (answer < 0) return NO_FUNCTION;
  return addRule(function, card, answer, times, 0);
}
EXPORT int fakeNvmlHang(const char *function, double milliseconds, int card) {
  return addRule(function, card, -1, -1, milliseconds);
}

EXPORT int fakeNvmlLoadDriver(int isLoaded) {
  State *shared = state();
  if (shared == NULL) return NO_STATE;
  lock();
  for (uint32_t index = 0; index < shared->cardCount; index++) catchUpLocked(shared, &shared->cards[index]);
  if (isLoaded && !shared->isLoaded) {
    for (uint32_t index = 0; index < shared->cardCount; index++) cardDriverLoaded(&shared->cards[index]);
    atomic_fetch_add(&shared->load, 1);
  }
  atomic_store(&shared->isLoaded, isLoaded != 0);
  unlock();
  return DONE;
}

/** Raises an event of NVML's type (4 state, 8 Xid, 16 clock). */
EXPORT int fakeNvmlRaise(uint32_t index, uint32_t type, double data) {
  State *shared = state();
  if (shared == NULL) return NO_STATE;
  if (index >= shared->cardCount) return NO_CARD;
  lock();
  raiseEventLocked(shared, index, type, (uint64_t)data);
  unlock();
  return DONE;
}

EXPORT double fakeNvmlCalls(const char *function) {
  State *shared = state();
  if (shared == NULL) return NO_STATE;
  if (!isFunction(function)) return NO_FUNCTION;
  double calls = 0;
  for (int index = 0; index < FUNCTION_COUNT; index++) {
    if (namesFunction(function, functionName(index))) calls += (double)atomic_load(&shared->calls[index]);
  }
  return calls;
}
