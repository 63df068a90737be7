/* The state that all processes share: a file of fixed layout beside the library, mapped into each. */
#ifndef STATE_H
#define STATE_H

#include "card.h"
#include "nvml-abi.h"

enum { MOST_CARDS = 16, MOST_RULES = 64, EVENT_RING = 64, NAME_BYTES = 64 };

/** How calls of one function misbehave. Written under the lock; `isActive` is stored last. */
typedef struct {
  _Atomic uint32_t isActive;
  /** -1: all cards, and calls that are about no card. */
  int32_t card;
  int32_t answer;
  /** -1: until cleared. */
  _Atomic int32_t timesLeft;
  double hangMilliseconds;
  /** A function, or "*". */
  char function[NAME_BYTES];
} Rule;

typedef struct { uint64_t type, data; uint32_t card; } Event;

typedef struct {
  uint64_t magic;
  uint32_t cardCount;
  uint32_t isManual;
  double timeScale;
  _Atomic uint32_t isLoaded;
  /** How often the driver was loaded; handles and initialisations belong to one load. */
  _Atomic uint32_t load;
  _Atomic uint32_t ruleCount;
  _Atomic uint64_t eventCount;
  Event events[EVENT_RING];
  Rule rules[MOST_RULES];
  _Atomic uint64_t calls[FUNCTION_COUNT];
  Card cards[MOST_CARDS];
} State;

/** Maps the state; NULL when there is none beside this library. Cheap after the first time. */
State *state(void);
/** Makes a new state file beside this library. Returns 0 when that failed. */
int stateCreate(uint32_t cardCount, uint32_t isManual, double timeScale);

/** Across threads and processes; the system releases it when the holder is killed. */
void lock(void);
void unlock(void);

/** Since 1970. */
int64_t realNanoseconds(void);
void sleepMilliseconds(double milliseconds);
/** 1 when this process may set limits: NVML asks for root, Windows for an administrator. */
int isPrivileged(void);
/** The compute process that the card lists now; 0: none. */
uint32_t computePidOf(const Card *card);
/** What is used of the card's memory, by the compute process as well where that follows its pid. */
double memoryUsedOf(const Card *card);

#define LONGEST_STEP_SECONDS 0.05
/** Runs the card's model; tells it as an event when the card gets too hot and is lost. The caller holds the lock. */
void runModelLocked(State *shared, Card *card, double seconds, double longestStep, int64_t now);
void cardLostLocked(State *shared, const Card *card);
/** With the real clock: runs the card's model up to now. The caller holds the lock. */
void catchUpLocked(State *shared, Card *card);
/** The same without the lock; does nothing when less than a millisecond of the model has passed. */
void catchUp(State *shared, Card *card);
/** The card's own time: since 1970 with the real clock, since the start with the manual one. */
uint64_t cardMicroseconds(const State *shared, const Model *model);
void raiseEventLocked(State *shared, uint32_t card, uint64_t type, uint64_t data);

#endif
