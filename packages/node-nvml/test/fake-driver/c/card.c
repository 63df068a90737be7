#include "card.h"

#include <math.h>
#include <string.h>

/*
 * The model. Two thermal nodes, die and heat sink, T in °C, P in W, R in K/W, C in J/K:
 *
 *   Cdie  dTdie/dt  = P - (Tdie - Tsink) / Rds
 *   Csink dTsink/dt = (Tdie - Tsink) / Rds - (Tsink - Tambient) * G(fan)
 *   G(fan) = (0.12 + 0.88 fan^0.8) / Rsa            Rsa: sinkToAirResistance, with the fan at 100 %
 *
 * The fan follows the die with a lag of 3 s along 45 °C: 0 %, 55: 30, 85: 80, 93: 100, or stands where it is set.
 *
 *   wanted = idle + (full - idle) * load * (1 + leakage * (Tdie - 65))
 *   P      = min(wanted, power limit, firmware's allowance, hardware's allowance)
 *   speed  = ((P - idle) / (wanted - idle)) ^ 0.6    concave: the last watts bring the least
 *   throughput = load * speed, work = its integral; so 1 is a second of the whole card
 *
 * Firmware's allowance: a PI controller that holds the die at the acoustic threshold (4 W/K and 0.8 W/s/K), never
 * below a tenth of what load may draw. Hardware's: from slowdownC until 3 degrees below it what half the speed
 * draws. At shutdownC the card leaves the bus. Load is an average over a fraction of a second: bursts shorter than
 * that are not seen by the power limit.
 */

static const double LEAKAGE_FREE_C = 65;
static const double STILL_AIR_SHARE = 0.12;
static const double FAN_EXPONENT = 0.8;
static const double FAN_LAG_SECONDS = 3;
static const double FIRMWARE_MILLIWATTS_PER_DEGREE = 4000;
static const double FIRMWARE_MILLIWATTS_PER_DEGREE_SECOND = 800;
static const double SLOWDOWN_HYSTERESIS_C = 3;

enum { REASON_IDLE = 1, REASON_POWER_CAP = 4, REASON_HARDWARE = 8, REASON_THERMAL = 0x20, REASON_HARDWARE_THERMAL = 0x40 };

void cardReset(Card *card) {
  memset((void *)card, 0, sizeof *card);
#define STORE_DEFAULT(name, value) STORE_SETTING(card, name, value);
  SETTINGS(STORE_DEFAULT)
#undef STORE_DEFAULT
}

static double airConductance(const Card *card, double fanPercent) {
  double fan = fmin(fmax(fanPercent, 0), 100) / 100;
  return (STILL_AIR_SHARE + (1 - STILL_AIR_SHARE) * pow(fan, FAN_EXPONENT)) / SETTING(card, sinkToAirResistance);
}

void cardSettle(Card *card, int64_t realNanoseconds) {
  Model model = cardModel(card);
  double watts = SETTING(card, idleMilliwatts) / 1000;
  if (SETTING(card, fanIsManual) == 0) model.fanPercent = 0;
  model.sinkC = SETTING(card, ambientC) + watts / airConductance(card, model.fanPercent);
  model.temperatureC = model.sinkC + watts * SETTING(card, dieToSinkResistance);
  model.firmwareMilliwatts = SETTING(card, powerMaximumMilliwatts);
  model.realNanoseconds = realNanoseconds;
  cardReplaceModel(card, &model);
}

Model cardModel(const Card *card) {
  for (;;) {
    uint64_t number = atomic_load_explicit(&card->modelNumber, memory_order_acquire);
    Model model = card->models[number & 1];
    atomic_thread_fence(memory_order_acquire);
    if (atomic_load_explicit(&card->modelNumber, memory_order_relaxed) == number) return model;
  }
}

void cardReplaceModel(Card *card, const Model *next) {
  uint64_t number = atomic_load_explicit(&card->modelNumber, memory_order_relaxed);
  card->models[(number + 1) & 1] = *next;
  atomic_store_explicit(&card->modelNumber, number + 1, memory_order_release);
}

void cardDriverLoaded(Card *card) {
  STORE_SETTING(card, powerLimitMilliwatts, SETTING(card, powerDefaultMilliwatts));
  STORE_SETTING(card, acousticThresholdC, SETTING(card, acousticDefaultC));
  STORE_SETTING(card, persistenceMode, 0);
  STORE_SETTING(card, fanIsManual, 0);
  Model model = cardModel(card);
  model.isLost = 0;
  model.isSlowedDown = 0;
  model.energyMillijoules = 0;
  model.powerCapSeconds = 0;
  model.thermalCapSeconds = 0;
  model.firmwareMilliwatts = SETTING(card, powerMaximumMilliwatts);
  cardReplaceModel(card, &model);
}

static double wantedMilliwatts(const Card *card, double temperatureC) {
  double idle = SETTING(card, idleMilliwatts);
  double leakage = 1 + SETTING(card, leakagePerDegree) * (temperatureC - LEAKAGE_FREE_C);
  return idle + (SETTING(card, fullLoadMilliwatts) - idle) * SETTING(card, load) * leakage;
}

static double firmwareAllowance(const Card *card, const Model *model) {
  double idle = SETTING(card, idleMilliwatts);
  double floor = idle + 0.1 * (SETTING(card, fullLoadMilliwatts) - idle);
  double proportional = FIRMWARE_MILLIWATTS_PER_DEGREE * (SETTING(card, acousticThresholdC) - model->temperatureC);
  return fmax(floor, model->firmwareMilliwatts + proportional);
}

Derived cardDerive(const Card *card, const Model *model) {
  Derived derived = {0, 0, 0, 0};
  if (model->isLost != 0) return derived;
  double load = SETTING(card, load);
  double idle = SETTING(card, idleMilliwatts);
  double wanted = wantedMilliwatts(card, model->temperatureC);
  if (load <= 0 || wanted <= idle) {
    derived.milliwatts = idle;
    derived.reasons = REASON_IDLE;
    return derived;
  }
  double exponent = SETTING(card, throughputExponent);
  derived.milliwatts = wanted;
  double limit = fmax(SETTING(card, powerLimitMilliwatts), idle);
  if (derived.milliwatts > limit) {
    derived.milliwatts = limit;
    derived.reasons = REASON_POWER_CAP;
  }
  double firmware = firmwareAllowance(card, model);
  if (derived.milliwatts > firmware) {
    derived.milliwatts = firmware;
    derived.reasons = REASON_THERMAL;
  }
  double halfSpeed = idle + (wanted - idle) * pow(0.5, 1 / exponent);
  if (model->isSlowedDown != 0) {
    derived.milliwatts = fmin(derived.milliwatts, halfSpeed);
    derived.reasons |= REASON_HARDWARE | REASON_HARDWARE_THERMAL;
  }
  derived.speed = derived.milliwatts == wanted ? 1 : pow((derived.milliwatts - idle) / (wanted - idle), exponent);
  derived.throughput = load * derived.speed;
  return derived;
}

double cardMemoryTemperature(const Card *card, const Model *model) {
  double fixed = SETTING(card, memoryOverrideC);
  if (fixed > -1000) return fixed;
  return model->sinkC + 0.07 * cardDerive(card, model).milliwatts / 1000;
}

static double fanCurve(double temperatureC) {
  if (temperatureC <= 45) return 0;
  if (temperatureC <= 55) return 3 * (temperatureC - 45);
  if (temperatureC <= 85) return 30 + 50 * (temperatureC - 55) / 30;
  return fmin(100, 80 + 20 * (temperatureC - 85) / 8);
}

static void step(const Card *card, Model *model, double seconds) {
  if (SETTING(card, fanIsManual) == 0) {
    double pull = fmin(1, seconds / FAN_LAG_SECONDS);
    model->fanPercent += (fanCurve(model->temperatureC) - model->fanPercent) * pull;
  }
  if (model->temperatureC >= SETTING(card, slowdownC)) model->isSlowedDown = 1;
  else if (model->temperatureC < SETTING(card, slowdownC) - SLOWDOWN_HYSTERESIS_C) model->isSlowedDown = 0;

  double above = model->temperatureC - SETTING(card, acousticThresholdC);
  double most = fmin(SETTING(card, powerLimitMilliwatts), wantedMilliwatts(card, model->temperatureC));
  double least = SETTING(card, idleMilliwatts);
  model->firmwareMilliwatts -= FIRMWARE_MILLIWATTS_PER_DEGREE_SECOND * above * seconds;
  /* Without work there is nothing to learn: the allowance waits at the top, and sinks from what is wanted. */
  model->firmwareMilliwatts = SETTING(card, load) > 0 ? fmin(fmax(model->firmwareMilliwatts, least), fmax(most, least))
                                                      : SETTING(card, powerMaximumMilliwatts);

  Derived derived = cardDerive(card, model);
  double watts = derived.milliwatts / 1000;
  double toSink = (model->temperatureC - model->sinkC) / SETTING(card, dieToSinkResistance);
  double toAir = (model->sinkC - SETTING(card, ambientC)) * airConductance(card, model->fanPercent);
  model->temperatureC += (watts - toSink) * seconds / SETTING(card, dieHeatCapacity);
  model->sinkC += (toSink - toAir) * seconds / SETTING(card, sinkHeatCapacity);
  model->energyMillijoules += derived.milliwatts * seconds;
  model->workDone += derived.throughput * seconds;
  if (derived.reasons & REASON_POWER_CAP) model->powerCapSeconds += seconds;
  if (derived.reasons & (REASON_THERMAL | REASON_HARDWARE_THERMAL)) model->thermalCapSeconds += seconds;
  if (model->temperatureC >= SETTING(card, shutdownC)) model->isLost = 1;
  model->seconds += seconds;
}

void cardAdvance(Card *card, double seconds, double longestStep, int64_t realNanoseconds) {
  Model model = cardModel(card);
  double whole = floor(seconds / longestStep + 1e-9);
  for (double done = 0; done < whole; done += 1) step(card, &model, longestStep);
  double rest = seconds - whole * longestStep;
  if (rest > 1e-9) step(card, &model, rest);
  model.realNanoseconds = realNanoseconds;
  cardReplaceModel(card, &model);
}
