#include <stdio.h>
#include <string.h>

#include "call.h"
#include "identity.h"

EXPORT Return nvmlInit(void) {
  Return entered = enterInit(FN_nvmlInit);
  return entered == SUCCESS ? initialise() : entered;
}
EXPORT Return nvmlInit_v2(void) {
  Return entered = enterInit(FN_nvmlInit_v2);
  return entered == SUCCESS ? initialise() : entered;
}
EXPORT Return nvmlInitWithFlags(uint32_t flags) {
  Return entered = enterInit(FN_nvmlInitWithFlags);
  REQUIRE(entered == SUCCESS, entered);
  /* 1: no cards is no error; 2: do not attach them. */
  return flags > 3 ? INVALID_ARGUMENT : initialise();
}
EXPORT Return nvmlShutdown(void) {
  Return entered = enterInit(FN_nvmlShutdown);
  return entered == SUCCESS ? shutDown() : entered;
}

EXPORT const char *nvmlErrorString(Return code) {
  enterInit(FN_nvmlErrorString);
  switch (code) {
    case SUCCESS: return "Done";
    case UNINITIALIZED: return "NVML is not initialised";
    case INVALID_ARGUMENT: return "An argument is not valid";
    case NOT_SUPPORTED: return "This device does not support it";
    case NO_PERMISSION: return "More rights are needed";
    case NOT_FOUND: return "Nothing of that kind was found";
    case INSUFFICIENT_SIZE: return "The buffer is too small";
    case DRIVER_NOT_LOADED: return "The driver is not loaded";
    case TIMEOUT: return "The time is over";
    case GPU_IS_LOST: return "The card fell off the bus";
    case INSUFFICIENT_RESOURCES: return "Out of a critical resource";
    case ARGUMENT_VERSION_MISMATCH: return "The version of an argument is not known";
    default: return "An unknown error";
  }
}

EXPORT Return nvmlSystemGetDriverVersion(char *version, uint32_t length) {
  SYSTEM_CALL(nvmlSystemGetDriverVersion);
  return copyText(version, length, DRIVER_VERSION);
}
EXPORT Return nvmlSystemGetNVMLVersion(char *version, uint32_t length) {
  SYSTEM_CALL(nvmlSystemGetNVMLVersion);
  return copyText(version, length, NVML_VERSION);
}
EXPORT Return nvmlSystemGetCudaDriverVersion(int *version) {
  SYSTEM_CALL(nvmlSystemGetCudaDriverVersion);
  REQUIRE(version != NULL, INVALID_ARGUMENT);
  *version = CUDA_VERSION;
  return SUCCESS;
}
EXPORT Return nvmlSystemGetCudaDriverVersion_v2(int *version) {
  SYSTEM_CALL(nvmlSystemGetCudaDriverVersion_v2);
  REQUIRE(version != NULL, INVALID_ARGUMENT);
  *version = CUDA_VERSION;
  return SUCCESS;
}

EXPORT Return nvmlSystemGetProcessName(uint32_t pid, char *name, uint32_t length) {
  SYSTEM_CALL(nvmlSystemGetProcessName);
  State *shared = state();
  for (uint32_t index = 0; index < shared->cardCount; index++) {
    const Card *card = &shared->cards[index];
    if (pid == 0) break;
    if (computePidOf(card) != pid && SETTING(card, graphicsPid) != pid) continue;
    char text[32];
    snprintf(text, sizeof text, "program-%u", (unsigned)pid);
    return copyText(name, length, text);
  }
  return NOT_FOUND;
}

static Return countCards(uint32_t *count) {
  REQUIRE(count != NULL, INVALID_ARGUMENT);
  *count = state()->cardCount;
  return SUCCESS;
}
EXPORT Return nvmlDeviceGetCount(uint32_t *count) {
  SYSTEM_CALL(nvmlDeviceGetCount);
  return countCards(count);
}
EXPORT Return nvmlDeviceGetCount_v2(uint32_t *count) {
  SYSTEM_CALL(nvmlDeviceGetCount_v2);
  return countCards(count);
}

/* `index` may be none of a card: then NVML looks in vain. */
static Return handleOf(int function, uint32_t index, Return whenMissing, Device *device) {
  State *shared = state();
  int isCard = shared != NULL && index < shared->cardCount;
  Return entered = enterCall(function, isCard ? (int)index : -1);
  REQUIRE(entered == SUCCESS, entered);
  REQUIRE(device != NULL, INVALID_ARGUMENT);
  REQUIRE(isCard, whenMissing);
  catchUp(shared, &shared->cards[index]);
  REQUIRE(cardModel(&shared->cards[index]).isLost == 0, GPU_IS_LOST);
  *device = deviceOf(index);
  return SUCCESS;
}

EXPORT Return nvmlDeviceGetHandleByIndex(uint32_t index, Device *device) {
  return handleOf(FN_nvmlDeviceGetHandleByIndex, index, INVALID_ARGUMENT, device);
}
EXPORT Return nvmlDeviceGetHandleByIndex_v2(uint32_t index, Device *device) {
  return handleOf(FN_nvmlDeviceGetHandleByIndex_v2, index, INVALID_ARGUMENT, device);
}

static uint32_t cardWith(void (*identify)(uint32_t, char *), const char *wanted) {
  State *shared = state();
  if (shared == NULL || wanted == NULL) return UINT32_MAX;
  for (uint32_t index = 0; index < shared->cardCount; index++) {
    char text[IDENTITY_BYTES];
    identify(index, text);
    if (strcmp(text, wanted) == 0) return index;
  }
  return UINT32_MAX;
}

EXPORT Return nvmlDeviceGetHandleByUUID(const char *uuid, Device *device) {
  return handleOf(FN_nvmlDeviceGetHandleByUUID, cardWith(uuidOf, uuid), NOT_FOUND, device);
}
EXPORT Return nvmlDeviceGetHandleBySerial(const char *serial, Device *device) {
  return handleOf(FN_nvmlDeviceGetHandleBySerial, cardWith(serialOf, serial), NOT_FOUND, device);
}

/* NVML takes the address with a domain of eight digits, of four, and without one. */
static uint32_t cardAt(const char *busId) {
  if (busId == NULL) return UINT32_MAX;
  unsigned domain = 0, bus = 0, slot = 0, function = 0;
  if (sscanf(busId, "%x:%x:%x.%x", &domain, &bus, &slot, &function) != 4) {
    domain = 0;
    if (sscanf(busId, "%x:%x.%x", &bus, &slot, &function) != 3) return UINT32_MAX;
  }
  if (domain != 0 || slot != 0 || function != 0 || bus == 0) return UINT32_MAX;
  return bus - 1;
}
EXPORT Return nvmlDeviceGetHandleByPciBusId(const char *busId, Device *device) {
  return handleOf(FN_nvmlDeviceGetHandleByPciBusId, cardAt(busId), NOT_FOUND, device);
}
EXPORT Return nvmlDeviceGetHandleByPciBusId_v2(const char *busId, Device *device) {
  return handleOf(FN_nvmlDeviceGetHandleByPciBusId_v2, cardAt(busId), NOT_FOUND, device);
}
