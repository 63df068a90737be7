/* What can be set, and its limits. */
#include <math.h>

#include "call.h"

enum {
  THRESHOLD_SHUTDOWN = 0,
  THRESHOLD_SLOWDOWN = 1,
  THRESHOLD_MEMORY_MAXIMUM = 2,
  THRESHOLD_GPU_MAXIMUM = 3,
  THRESHOLD_ACOUSTIC_MINIMUM = 4,
  THRESHOLD_ACOUSTIC = 5,
  THRESHOLD_ACOUSTIC_MAXIMUM = 6,
  THRESHOLD_GPS = 7,
};
enum { POWER_SCOPE_GPU = 0 };

static int maySet(const Card *card) {
  double allowed = SETTING(card, setAllowed);
  return allowed >= 2 || (allowed >= 1 && isPrivileged());
}

/* What was until now is done with the old value. */
static void change(Card *card, _Atomic double *setting, double value) {
  lock();
  catchUpLocked(state(), card);
  atomic_store(setting, value);
  unlock();
}

#define LIMIT(name, value) \
  EXPORT Return name(Device device, uint32_t *milliwatts) { \
    DEVICE_CALL(name); \
    REQUIRE(milliwatts != NULL, INVALID_ARGUMENT); \
    REQUIRE(SETTING(card, supportsPowerLimit) != 0, NOT_SUPPORTED); \
    *milliwatts = (uint32_t)lround(value); \
    return SUCCESS; \
  }
LIMIT(nvmlDeviceGetPowerManagementLimit, SETTING(card, powerLimitMilliwatts))
LIMIT(nvmlDeviceGetPowerManagementDefaultLimit, SETTING(card, powerDefaultMilliwatts))
LIMIT(nvmlDeviceGetEnforcedPowerLimit, SETTING(card, powerLimitMilliwatts))

EXPORT Return nvmlDeviceGetPowerManagementMode(Device device, uint32_t *mode) {
  DEVICE_CALL(nvmlDeviceGetPowerManagementMode);
  REQUIRE(mode != NULL, INVALID_ARGUMENT);
  *mode = SETTING(card, supportsPowerLimit) != 0;
  return SUCCESS;
}

EXPORT Return nvmlDeviceGetPowerManagementLimitConstraints(Device device, uint32_t *least, uint32_t *most) {
  DEVICE_CALL(nvmlDeviceGetPowerManagementLimitConstraints);
  REQUIRE(least != NULL && most != NULL, INVALID_ARGUMENT);
  REQUIRE(SETTING(card, supportsPowerLimit) != 0, NOT_SUPPORTED);
  *least = (uint32_t)lround(SETTING(card, powerMinimumMilliwatts));
  *most = (uint32_t)lround(SETTING(card, powerMaximumMilliwatts));
  return SUCCESS;
}

static Return setPowerLimit(Card *card, uint32_t milliwatts) {
  REQUIRE(SETTING(card, supportsPowerLimit) != 0 && SETTING(card, supportsSetPowerLimit) != 0, NOT_SUPPORTED);
  REQUIRE(maySet(card), NO_PERMISSION);
  REQUIRE(milliwatts >= SETTING(card, powerMinimumMilliwatts), INVALID_ARGUMENT);
  REQUIRE(milliwatts <= SETTING(card, powerMaximumMilliwatts), INVALID_ARGUMENT);
  change(card, &card->settings[SET_powerLimitMilliwatts], milliwatts);
  return SUCCESS;
}
EXPORT Return nvmlDeviceSetPowerManagementLimit(Device device, uint32_t milliwatts) {
  DEVICE_CALL(nvmlDeviceSetPowerManagementLimit);
  return setPowerLimit(card, milliwatts);
}
EXPORT Return nvmlDeviceSetPowerManagementLimit_v2(Device device, PowerValueV2 *limit) {
  DEVICE_CALL(nvmlDeviceSetPowerManagementLimit_v2);
  REQUIRE(limit != NULL, INVALID_ARGUMENT);
  Return checked = checkVersion(limit->version, sizeof *limit, 2);
  REQUIRE(checked == SUCCESS, checked);
  REQUIRE(limit->powerScope == POWER_SCOPE_GPU, NOT_SUPPORTED);
  return setPowerLimit(card, limit->powerValueMilliwatts);
}

EXPORT Return nvmlDeviceGetTemperatureThreshold(Device device, uint32_t type, uint32_t *celsius) {
  DEVICE_CALL(nvmlDeviceGetTemperatureThreshold);
  REQUIRE(celsius != NULL && type <= THRESHOLD_GPS, INVALID_ARGUMENT);
  double value = 0;
  int isSupported = 1;
  int hasAcoustic = SETTING(card, supportsAcoustic) != 0;
  switch (type) {
    case THRESHOLD_SHUTDOWN: value = SETTING(card, shutdownC); break;
    case THRESHOLD_SLOWDOWN: value = SETTING(card, slowdownC); break;
    case THRESHOLD_GPU_MAXIMUM: value = SETTING(card, acousticMaximumC) - 1; break;
    case THRESHOLD_MEMORY_MAXIMUM:
      value = 105;
      isSupported = SETTING(card, supportsMemoryTemperature) != 0;
      break;
    case THRESHOLD_ACOUSTIC_MINIMUM:
      value = SETTING(card, acousticMinimumC);
      isSupported = hasAcoustic;
      break;
    case THRESHOLD_ACOUSTIC:
      value = SETTING(card, acousticThresholdC);
      isSupported = hasAcoustic;
      break;
    case THRESHOLD_ACOUSTIC_MAXIMUM:
      value = SETTING(card, acousticMaximumC);
      isSupported = hasAcoustic;
      break;
    default: isSupported = 0;
  }
  REQUIRE(isSupported, NOT_SUPPORTED);
  *celsius = (uint32_t)lround(value);
  return SUCCESS;
}

EXPORT Return nvmlDeviceSetTemperatureThreshold(Device device, uint32_t type, int *celsius) {
  DEVICE_CALL(nvmlDeviceSetTemperatureThreshold);
  REQUIRE(celsius != NULL && type <= THRESHOLD_GPS, INVALID_ARGUMENT);
  REQUIRE(type == THRESHOLD_ACOUSTIC && SETTING(card, supportsAcoustic) != 0, NOT_SUPPORTED);
  REQUIRE(maySet(card), NO_PERMISSION);
  REQUIRE(*celsius >= SETTING(card, acousticMinimumC), INVALID_ARGUMENT);
  REQUIRE(*celsius <= SETTING(card, acousticMaximumC), INVALID_ARGUMENT);
  change(card, &card->settings[SET_acousticThresholdC], *celsius);
  return SUCCESS;
}

EXPORT Return nvmlDeviceSetPersistenceMode(Device device, uint32_t mode) {
  DEVICE_CALL(nvmlDeviceSetPersistenceMode);
#if defined(_WIN32)
  (void)mode;
  return NOT_SUPPORTED;
#else
  REQUIRE(mode <= 1, INVALID_ARGUMENT);
  REQUIRE(maySet(card), NO_PERMISSION);
  change(card, &card->settings[SET_persistenceMode], mode);
  return SUCCESS;
#endif
}

static Return holdFan(Card *card, uint32_t number, int isManual, double percent) {
  REQUIRE(SETTING(card, supportsFan) != 0, NOT_SUPPORTED);
  REQUIRE(maySet(card), NO_PERMISSION);
  REQUIRE(number < SETTING(card, fanCount) && percent <= 100, INVALID_ARGUMENT);
  lock();
  catchUpLocked(state(), card);
  if (isManual) {
    Model model = cardModel(card);
    model.fanPercent = percent;
    cardReplaceModel(card, &model);
  }
  STORE_SETTING(card, fanIsManual, isManual);
  unlock();
  return SUCCESS;
}
EXPORT Return nvmlDeviceSetFanSpeed_v2(Device device, uint32_t number, uint32_t percent) {
  DEVICE_CALL(nvmlDeviceSetFanSpeed_v2);
  return holdFan(card, number, 1, percent);
}
EXPORT Return nvmlDeviceSetDefaultFanSpeed_v2(Device device, uint32_t number) {
  DEVICE_CALL(nvmlDeviceSetDefaultFanSpeed_v2);
  return holdFan(card, number, 0, 0);
}
