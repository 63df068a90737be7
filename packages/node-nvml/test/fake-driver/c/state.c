#include "state.h"

#include <stdio.h>
#include <string.h>

#include "platform.h"

static const uint64_t STATE_MAGIC = 0x31304c4d564e4b46;
/* After a long pause with the real clock: so many steps at most, each longer, and what is beyond is dropped. */
static const double MOST_STEPS = 20000;
static const double LONGEST_COARSE_STEP_SECONDS = 0.5;
static const double LEAST_STEP_SECONDS = 0.001;
/** The event of a card that fell off the bus. */
enum { EVENT_XID = 8, XID_FELL_OFF_THE_BUS = 79 };

static _Atomic(State *) mapped;

State *state(void) {
  State *shared = atomic_load_explicit(&mapped, memory_order_acquire);
  if (shared != NULL) return shared;
  platformLockThreads();
  shared = atomic_load_explicit(&mapped, memory_order_relaxed);
  if (shared == NULL) {
    shared = platformMapState(sizeof(State));
    if (shared != NULL && shared->magic != STATE_MAGIC) shared = NULL;
    atomic_store_explicit(&mapped, shared, memory_order_release);
  }
  platformUnlockThreads();
  return shared;
}

int stateCreate(uint32_t cardCount, uint32_t isManual, double timeScale) {
  static State fresh;
  if (cardCount > MOST_CARDS) return 0;
  memset((void *)&fresh, 0, sizeof fresh);
  fresh.magic = STATE_MAGIC;
  fresh.cardCount = cardCount;
  fresh.isManual = isManual;
  fresh.timeScale = timeScale;
  fresh.isLoaded = 1;
  fresh.load = 1;
  for (uint32_t index = 0; index < cardCount; index++) {
    cardReset(&fresh.cards[index]);
    cardSettle(&fresh.cards[index], realNanoseconds());
  }
  return platformWriteState(&fresh, sizeof fresh);
}

void lock(void) {
  platformLockThreads();
  platformLockState();
}

void unlock(void) {
  platformUnlockState();
  platformUnlockThreads();
}

int64_t realNanoseconds(void) { return platformNanoseconds(); }
void sleepMilliseconds(double milliseconds) { platformSleep(milliseconds); }

int isPrivileged(void) {
  char value[8];
  if (platformEnvironment("NVML_FAKE_UNPRIVILEGED", value, sizeof value) && strcmp(value, "1") == 0) return 0;
  return platformIsRoot();
}

uint32_t computePidOf(const Card *card) {
  uint32_t pid = (uint32_t)SETTING(card, computePid);
  return SETTING(card, computeFollowsPid) == 0 || platformIsAlive(pid) ? pid : 0;
}

double memoryUsedOf(const Card *card) {
  double used = SETTING(card, memoryUsedBytes);
  if (SETTING(card, computeFollowsPid) == 0 || computePidOf(card) == 0) return used;
  return used + SETTING(card, computeBytes);
}

static double secondsBehind(const State *shared, const Model *model, int64_t now) {
  double seconds = (double)(now - model->realNanoseconds) * 1e-9 * shared->timeScale;
  return seconds > 0 ? seconds : 0;
}

void runModelLocked(State *shared, Card *card, double seconds, double longestStep, int64_t now) {
  double wasLost = cardModel(card).isLost;
  cardAdvance(card, seconds, longestStep, now);
  if (wasLost == 0 && cardModel(card).isLost != 0) cardLostLocked(shared, card);
}

void cardLostLocked(State *shared, const Card *card) {
  raiseEventLocked(shared, (uint32_t)(card - shared->cards), EVENT_XID, XID_FELL_OFF_THE_BUS);
}

void catchUpLocked(State *shared, Card *card) {
  if (shared->isManual) return;
  int64_t now = realNanoseconds();
  Model before = cardModel(card);
  double seconds = secondsBehind(shared, &before, now);
  double step = LONGEST_STEP_SECONDS;
  if (seconds > step * MOST_STEPS) step = seconds / MOST_STEPS;
  if (step > LONGEST_COARSE_STEP_SECONDS) {
    step = LONGEST_COARSE_STEP_SECONDS;
    seconds = step * MOST_STEPS;
  }
  runModelLocked(shared, card, seconds, step, now);
}

void catchUp(State *shared, Card *card) {
  if (shared->isManual) return;
  Model model = cardModel(card);
  if (secondsBehind(shared, &model, realNanoseconds()) < LEAST_STEP_SECONDS) return;
  lock();
  catchUpLocked(shared, card);
  unlock();
}

uint64_t cardMicroseconds(const State *shared, const Model *model) {
  return shared->isManual ? (uint64_t)(model->seconds * 1e6) : (uint64_t)(realNanoseconds() / 1000);
}

void raiseEventLocked(State *shared, uint32_t card, uint64_t type, uint64_t data) {
  uint64_t number = atomic_load(&shared->eventCount);
  shared->events[number % EVENT_RING] = (Event){type, data, card};
  atomic_store_explicit(&shared->eventCount, number + 1, memory_order_release);
}
