#include <math.h>

#include "call.h"

enum { SENSOR_GPU = 0, CLOCK_GRAPHICS = 0, CLOCK_SM = 1, CLOCK_MEMORY = 2, CLOCK_VIDEO = 3 };
enum { PCIE_TRANSMIT = 0, PCIE_RECEIVE = 1, POWER_STATE_COMPUTE = 2, POWER_STATE_IDLE = 8 };
enum { VIOLATION_POWER = 0, VIOLATION_THERMAL = 1, MOST_VIOLATIONS = 11, MOST_FAN_RPM = 3300 };
enum { VALUE_UNSIGNED = 1, ALL_REASONS = 0x1ff };

static const uint32_t SAMPLING_PERIOD_MICROSECONDS = 167000;

static int32_t rounded(double value) { return (int32_t)lround(value); }
static uint32_t percent(double value) { return (uint32_t)lround(fmin(fmax(value, 0), 100)); }

#define ANSWER(name, type, condition, value) \
  EXPORT Return name(Device device, type *answer) { \
    DEVICE_CALL(name); \
    REQUIRE(answer != NULL, INVALID_ARGUMENT); \
    REQUIRE(condition, NOT_SUPPORTED); \
    Model model = cardModel(card); \
    Derived derived = cardDerive(card, &model); \
    (void)derived; \
    *answer = (type)(value); \
    return SUCCESS; \
  }

EXPORT Return nvmlDeviceGetTemperature(Device device, uint32_t sensor, uint32_t *temperature) {
  DEVICE_CALL(nvmlDeviceGetTemperature);
  REQUIRE(temperature != NULL && sensor == SENSOR_GPU, INVALID_ARGUMENT);
  *temperature = (uint32_t)rounded(cardModel(card).temperatureC);
  return SUCCESS;
}
EXPORT Return nvmlDeviceGetTemperatureV(Device device, TemperatureV1 *temperature) {
  DEVICE_CALL(nvmlDeviceGetTemperatureV);
  REQUIRE(temperature != NULL, INVALID_ARGUMENT);
  Return checked = checkVersion(temperature->version, sizeof *temperature, 1);
  REQUIRE(checked == SUCCESS, checked);
  REQUIRE(temperature->sensorType == SENSOR_GPU, INVALID_ARGUMENT);
  temperature->temperature = rounded(cardModel(card).temperatureC);
  return SUCCESS;
}
EXPORT Return nvmlDeviceGetMarginTemperature(Device device, MarginTemperatureV1 *margin) {
  DEVICE_CALL(nvmlDeviceGetMarginTemperature);
  REQUIRE(margin != NULL, INVALID_ARGUMENT);
  Return checked = checkVersion(margin->version, sizeof *margin, 1);
  REQUIRE(checked == SUCCESS, checked);
  margin->marginTemperature = rounded(SETTING(card, slowdownC) - cardModel(card).temperatureC);
  return SUCCESS;
}

ANSWER(nvmlDeviceGetPowerUsage, uint32_t, SETTING(card, supportsPower) != 0, lround(derived.milliwatts))
ANSWER(nvmlDeviceGetTotalEnergyConsumption, uint64_t, SETTING(card, supportsEnergy) != 0, model.energyMillijoules)
ANSWER(nvmlDeviceGetPerformanceState, uint32_t, 1, derived.reasons & 1 ? POWER_STATE_IDLE : POWER_STATE_COMPUTE)
ANSWER(nvmlDeviceGetPowerState, uint32_t, 1, derived.reasons & 1 ? POWER_STATE_IDLE : POWER_STATE_COMPUTE)
ANSWER(nvmlDeviceGetCurrentClocksEventReasons, uint64_t, 1, derived.reasons)
ANSWER(nvmlDeviceGetCurrentClocksThrottleReasons, uint64_t, 1, derived.reasons)
ANSWER(nvmlDeviceGetSupportedClocksEventReasons, uint64_t, 1, ALL_REASONS)
ANSWER(nvmlDeviceGetSupportedClocksThrottleReasons, uint64_t, 1, ALL_REASONS)
ANSWER(nvmlDeviceGetFanSpeed, uint32_t, SETTING(card, supportsFan) != 0, lround(model.fanPercent))

static uint32_t memoryPercent(const Card *card) {
  double fixed = SETTING(card, memoryUtilisationPercent);
  return percent(fixed >= 0 ? fixed : 60 * SETTING(card, load));
}

EXPORT Return nvmlDeviceGetUtilizationRates(Device device, Utilization *utilization) {
  DEVICE_CALL(nvmlDeviceGetUtilizationRates);
  REQUIRE(utilization != NULL, INVALID_ARGUMENT);
  utilization->gpu = percent(100 * SETTING(card, load));
  utilization->memory = memoryPercent(card);
  return SUCCESS;
}

#define ENGINE(name, value) \
  EXPORT Return name(Device device, uint32_t *utilization, uint32_t *samplingPeriodMicroseconds) { \
    DEVICE_CALL(name); \
    REQUIRE(utilization != NULL && samplingPeriodMicroseconds != NULL, INVALID_ARGUMENT); \
    *utilization = percent(value); \
    *samplingPeriodMicroseconds = SAMPLING_PERIOD_MICROSECONDS; \
    return SUCCESS; \
  }
ENGINE(nvmlDeviceGetEncoderUtilization, SETTING(card, encoderPercent))
ENGINE(nvmlDeviceGetDecoderUtilization, SETTING(card, decoderPercent))
ENGINE(nvmlDeviceGetJpgUtilization, 0)
ENGINE(nvmlDeviceGetOfaUtilization, 0)

static Return clockOf(const Card *card, uint32_t type, int isMaximum, uint32_t *megahertz) {
  REQUIRE(megahertz != NULL && type <= CLOCK_VIDEO, INVALID_ARGUMENT);
  Model model = cardModel(card);
  double speed = isMaximum ? 1 : cardDerive(card, &model).speed;
  double idle = SETTING(card, graphicsClockIdleMegahertz);
  double most = SETTING(card, graphicsClockMaximumMegahertz);
  if (type == CLOCK_MEMORY) {
    /* The memory's clock has steps: it does not follow the power. */
    idle = SETTING(card, memoryClockIdleMegahertz);
    most = SETTING(card, memoryClockMaximumMegahertz);
    if (speed > 0) speed = 1;
  } else if (type == CLOCK_VIDEO) {
    most *= 0.85;
  }
  *megahertz = (uint32_t)lround(idle + (most - idle) * speed);
  return SUCCESS;
}
EXPORT Return nvmlDeviceGetClockInfo(Device device, uint32_t type, uint32_t *megahertz) {
  DEVICE_CALL(nvmlDeviceGetClockInfo);
  return clockOf(card, type, 0, megahertz);
}
EXPORT Return nvmlDeviceGetMaxClockInfo(Device device, uint32_t type, uint32_t *megahertz) {
  DEVICE_CALL(nvmlDeviceGetMaxClockInfo);
  return clockOf(card, type, 1, megahertz);
}
EXPORT Return nvmlDeviceGetClock(Device device, uint32_t type, uint32_t which, uint32_t *megahertz) {
  DEVICE_CALL(nvmlDeviceGetClock);
  /* 0 current, 1 and 2 application clocks, 3 the boost's maximum. */
  REQUIRE(which <= 3, INVALID_ARGUMENT);
  REQUIRE(which == 0 || which == 3, NOT_SUPPORTED);
  return clockOf(card, type, which == 3, megahertz);
}
EXPORT Return nvmlDeviceGetMaxCustomerBoostClock(Device device, uint32_t type, uint32_t *megahertz) {
  DEVICE_CALL(nvmlDeviceGetMaxCustomerBoostClock);
  return clockOf(card, type, 1, megahertz);
}
EXPORT Return nvmlDeviceGetApplicationsClock(Device device, uint32_t type, uint32_t *megahertz) {
  (void)type;
  (void)megahertz;
  DEVICE_CALL(nvmlDeviceGetApplicationsClock);
  return NOT_SUPPORTED;
}

EXPORT Return nvmlDeviceGetViolationStatus(Device device, uint32_t policy, ViolationTime *time) {
  DEVICE_CALL(nvmlDeviceGetViolationStatus);
  REQUIRE(time != NULL && policy <= MOST_VIOLATIONS, INVALID_ARGUMENT);
  Model model = cardModel(card);
  double seconds = policy == VIOLATION_POWER ? model.powerCapSeconds : policy == VIOLATION_THERMAL ? model.thermalCapSeconds : 0;
  time->referenceTime = cardMicroseconds(state(), &model);
  time->violationTime = (uint64_t)(seconds * 1e9);
  return SUCCESS;
}

EXPORT Return nvmlDeviceGetPcieThroughput(Device device, uint32_t counter, uint32_t *kilobytesPerSecond) {
  DEVICE_CALL(nvmlDeviceGetPcieThroughput);
  REQUIRE(kilobytesPerSecond != NULL && counter <= PCIE_RECEIVE, INVALID_ARGUMENT);
  REQUIRE(SETTING(card, supportsPcieThroughput) != 0, NOT_SUPPORTED);
  *kilobytesPerSecond = (uint32_t)(counter == PCIE_TRANSMIT ? SETTING(card, pcieTransmitKilobytesPerSecond)
                                                             : SETTING(card, pcieReceiveKilobytesPerSecond));
  return SUCCESS;
}

static Return fan(const Card *card, uint32_t number, uint32_t *speed, double value) {
  REQUIRE(SETTING(card, supportsFan) != 0, NOT_SUPPORTED);
  REQUIRE(speed != NULL && number < SETTING(card, fanCount), INVALID_ARGUMENT);
  *speed = (uint32_t)lround(value);
  return SUCCESS;
}
EXPORT Return nvmlDeviceGetFanSpeed_v2(Device device, uint32_t number, uint32_t *speed) {
  DEVICE_CALL(nvmlDeviceGetFanSpeed_v2);
  return fan(card, number, speed, cardModel(card).fanPercent);
}
EXPORT Return nvmlDeviceGetTargetFanSpeed(Device device, uint32_t number, uint32_t *speed) {
  DEVICE_CALL(nvmlDeviceGetTargetFanSpeed);
  return fan(card, number, speed, cardModel(card).fanPercent);
}
EXPORT Return nvmlDeviceGetFanSpeedRPM(Device device, FanSpeedInfoV1 *info) {
  DEVICE_CALL(nvmlDeviceGetFanSpeedRPM);
  REQUIRE(info != NULL, INVALID_ARGUMENT);
  Return checked = checkVersion(info->version, sizeof *info, 1);
  REQUIRE(checked == SUCCESS, checked);
  return fan(card, info->fan, &info->speed, cardModel(card).fanPercent / 100 * MOST_FAN_RPM);
}
EXPORT Return nvmlDeviceGetNumFans(Device device, uint32_t *count) {
  DEVICE_CALL(nvmlDeviceGetNumFans);
  REQUIRE(count != NULL, INVALID_ARGUMENT);
  *count = SETTING(card, supportsFan) != 0 ? (uint32_t)SETTING(card, fanCount) : 0;
  return SUCCESS;
}
EXPORT Return nvmlDeviceGetMinMaxFanSpeed(Device device, uint32_t *least, uint32_t *most) {
  DEVICE_CALL(nvmlDeviceGetMinMaxFanSpeed);
  REQUIRE(least != NULL && most != NULL, INVALID_ARGUMENT);
  REQUIRE(SETTING(card, supportsFan) != 0, NOT_SUPPORTED);
  *least = 30;
  *most = 100;
  return SUCCESS;
}

EXPORT Return nvmlDeviceGetSamples(Device device, uint32_t type, uint64_t lastSeen, uint32_t *valueType, uint32_t *count, Sample *samples) {
  DEVICE_CALL(nvmlDeviceGetSamples);
  /* 0 power, 1 GPU, 2 memory utilisation: one value, of now. */
  REQUIRE(valueType != NULL && count != NULL, INVALID_ARGUMENT);
  REQUIRE(type <= 2, NOT_SUPPORTED);
  *valueType = VALUE_UNSIGNED;
  if (samples == NULL) {
    *count = 1;
    return SUCCESS;
  }
  Model model = cardModel(card);
  uint64_t now = cardMicroseconds(state(), &model);
  REQUIRE(now > lastSeen, NOT_FOUND);
  REQUIRE(*count >= 1, INSUFFICIENT_SIZE);
  double load = SETTING(card, load);
  double value = type == 0 ? cardDerive(card, &model).milliwatts : type == 1 ? 100 * load : memoryPercent(card);
  samples[0] = (Sample){now, {.asUnsigned = (uint32_t)lround(value)}};
  *count = 1;
  return SUCCESS;
}
