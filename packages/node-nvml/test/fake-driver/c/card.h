/* A card: what is set on it, and the state of its thermal model. */
#ifndef CARD_H
#define CARD_H

#include <stdatomic.h>
#include <stdint.h>

/** Name and default; like a GeForce RTX 4070. Units are in the names; capacities J/K, resistances K/W. */
#define SETTINGS(X) \
  X(load, 0) \
  X(ambientC, 24) \
  X(powerLimitMilliwatts, 200000) \
  X(powerMinimumMilliwatts, 100000) \
  X(powerMaximumMilliwatts, 215000) \
  X(powerDefaultMilliwatts, 200000) \
  X(idleMilliwatts, 12000) \
  X(fullLoadMilliwatts, 195000) \
  X(leakagePerDegree, 0.001) \
  X(throughputExponent, 0.6) \
  X(dieHeatCapacity, 42) \
  X(sinkHeatCapacity, 350) \
  X(dieToSinkResistance, 0.06) \
  X(sinkToAirResistance, 0.1675) \
  X(fanIsManual, 0) \
  X(fanCount, 2) \
  X(acousticThresholdC, 83) \
  X(acousticDefaultC, 83) \
  X(acousticMinimumC, 65) \
  X(acousticMaximumC, 91) \
  X(slowdownC, 95) \
  X(shutdownC, 100) \
  X(memoryOverrideC, -1000) \
  X(supportsPower, 1) \
  X(supportsPowerLimit, 1) \
  X(supportsSetPowerLimit, 1) \
  X(supportsAcoustic, 1) \
  X(supportsEnergy, 1) \
  X(supportsMemoryTemperature, 0) \
  X(supportsFan, 1) \
  X(supportsProcesses, 1) \
  X(supportsPcieThroughput, 1) \
  X(supportsEcc, 0) \
  X(supportsSerial, 0) \
  X(setAllowed, 1) \
  X(persistenceMode, 0) \
  X(memoryTotalBytes, 12878610432.0) \
  X(memoryReservedBytes, 402653184) \
  X(memoryUsedBytes, 524288000) \
  X(memoryUtilisationPercent, -1) \
  X(encoderPercent, 0) \
  X(decoderPercent, 0) \
  X(pcieTransmitKilobytesPerSecond, 1500) \
  X(pcieReceiveKilobytesPerSecond, 2500) \
  X(pcieGeneration, 4) \
  X(pcieWidth, 16) \
  X(graphicsClockIdleMegahertz, 210) \
  X(graphicsClockMaximumMegahertz, 2475) \
  X(memoryClockIdleMegahertz, 405) \
  X(memoryClockMaximumMegahertz, 10501) \
  X(computePid, 0) \
  X(computeBytes, 0) \
  X(computeFollowsPid, 0) \
  X(graphicsPid, 0) \
  X(graphicsBytes, 0)

#define AS_SETTING_NUMBER(name, value) SET_##name,
enum { SETTINGS(AS_SETTING_NUMBER) SETTING_COUNT };
#undef AS_SETTING_NUMBER

/** What the model integrates. Replaced as a whole, so that a killed writer leaves the old or the new one. */
typedef struct {
  double temperatureC;
  double sinkC;
  double fanPercent;
  double energyMillijoules;
  double workDone;
  /** The power that the firmware allows at present to hold the acoustic threshold; its integral part. */
  double firmwareMilliwatts;
  /** 1: too hot at shutdownC, or set so; until the driver is loaded again. */
  double isLost;
  /** 1: the hardware halves the clocks until it is 3 degrees below slowdownC again. */
  double isSlowedDown;
  double powerCapSeconds;
  double thermalCapSeconds;
  /** Model time, and the real time up to which the model has run (real clock). */
  double seconds;
  int64_t realNanoseconds;
} Model;

typedef struct {
  _Atomic double settings[SETTING_COUNT];
  /** The model in force is models[modelNumber & 1]; the other one is being prepared. */
  _Atomic uint64_t modelNumber;
  Model models[2];
} Card;

#define SETTING(card, name) atomic_load_explicit(&(card)->settings[SET_##name], memory_order_relaxed)
#define STORE_SETTING(card, name, value) \
  atomic_store_explicit(&(card)->settings[SET_##name], (value), memory_order_release)

/** What follows from settings and model at this instant. */
typedef struct {
  double milliwatts;
  /** Throughput of the work asked for, 0 to 1: 1 is the card at full power and full load. */
  double throughput;
  /** Clocks between idle (0) and maximum (1). */
  double speed;
  /** NVML's clock event reasons. */
  uint64_t reasons;
} Derived;

void cardReset(Card *card);
/** Puts die and heat sink at rest: idle for long. */
void cardSettle(Card *card, int64_t realNanoseconds);
Model cardModel(const Card *card);
/** Makes `next` the model in force. The caller holds the lock. */
void cardReplaceModel(Card *card, const Model *next);
/** Limits, thresholds, counters as after loading the driver. The caller holds the lock. */
void cardDriverLoaded(Card *card);
Derived cardDerive(const Card *card, const Model *model);
double cardMemoryTemperature(const Card *card, const Model *model);
/** Runs the model for this long in steps of at most `longestStep` seconds. The caller holds the lock. */
void cardAdvance(Card *card, double seconds, double longestStep, int64_t realNanoseconds);

#endif
