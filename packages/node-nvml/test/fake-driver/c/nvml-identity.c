#include "identity.h"

#include <stdio.h>

#include "call.h"

enum {
  BRAND_GEFORCE = 5,
  ARCHITECTURE_ADA = 8,
  SERIAL_BYTES = 32,
  PCIE_LINK_SPEED_16000 = 4,
  DRIVER_MODEL_WDDM = 0,
  PCI_DEVICE_ID = 0x278610de,
  PCI_SUBSYSTEM_ID = 0x16fb10de,
};

void uuidOf(uint32_t index, char *text) {
  snprintf(text, IDENTITY_BYTES, "GPU-fa4e0000-0000-4000-8000-%012x", (unsigned)index);
}
void serialOf(uint32_t index, char *text) { snprintf(text, SERIAL_BYTES, "132%010u", (unsigned)index); }
void busIdOf(uint32_t index, char *text) { snprintf(text, 32, "00000000:%02X:00.0", (unsigned)index + 1); }
void legacyBusIdOf(uint32_t index, char *text) { snprintf(text, 16, "0000:%02X:00.0", (unsigned)index + 1); }

EXPORT Return nvmlDeviceGetName(Device device, char *name, uint32_t length) {
  DEVICE_CALL(nvmlDeviceGetName);
  return copyText(name, length, CARD_NAME);
}
EXPORT Return nvmlDeviceGetUUID(Device device, char *uuid, uint32_t length) {
  DEVICE_CALL(nvmlDeviceGetUUID);
  char text[IDENTITY_BYTES];
  uuidOf(indexOf(card), text);
  return copyText(uuid, length, text);
}
EXPORT Return nvmlDeviceGetSerial(Device device, char *serial, uint32_t length) {
  DEVICE_CALL(nvmlDeviceGetSerial);
  REQUIRE(SETTING(card, supportsSerial) != 0, NOT_SUPPORTED);
  char text[IDENTITY_BYTES];
  serialOf(indexOf(card), text);
  return copyText(serial, length, text);
}
EXPORT Return nvmlDeviceGetVbiosVersion(Device device, char *version, uint32_t length) {
  DEVICE_CALL(nvmlDeviceGetVbiosVersion);
  return copyText(version, length, VBIOS_VERSION);
}
EXPORT Return nvmlDeviceGetInforomImageVersion(Device device, char *version, uint32_t length) {
  DEVICE_CALL(nvmlDeviceGetInforomImageVersion);
  return copyText(version, length, "G001.0000.94.01");
}
EXPORT Return nvmlDeviceGetBoardPartNumber(Device device, char *number, uint32_t length) {
  (void)number;
  (void)length;
  DEVICE_CALL(nvmlDeviceGetBoardPartNumber);
  return NOT_SUPPORTED;
}

#define ANSWER(name, type, value) \
  EXPORT Return name(Device device, type *answer) { \
    DEVICE_CALL(name); \
    REQUIRE(answer != NULL, INVALID_ARGUMENT); \
    *answer = (type)(value); \
    return SUCCESS; \
  }
ANSWER(nvmlDeviceGetIndex, uint32_t, indexOf(card))
ANSWER(nvmlDeviceGetMinorNumber, uint32_t, indexOf(card))
ANSWER(nvmlDeviceGetBrand, uint32_t, BRAND_GEFORCE)
ANSWER(nvmlDeviceGetArchitecture, uint32_t, ARCHITECTURE_ADA)
ANSWER(nvmlDeviceGetNumGpuCores, uint32_t, 5888)
ANSWER(nvmlDeviceGetMemoryBusWidth, uint32_t, 192)
ANSWER(nvmlDeviceGetBoardId, uint32_t, (indexOf(card) + 1) << 8)
ANSWER(nvmlDeviceGetMultiGpuBoard, uint32_t, 0)
ANSWER(nvmlDeviceGetDisplayMode, uint32_t, SETTING(card, graphicsPid) != 0)
ANSWER(nvmlDeviceGetDisplayActive, uint32_t, SETTING(card, graphicsPid) != 0)
ANSWER(nvmlDeviceGetComputeMode, uint32_t, 0)
ANSWER(nvmlDeviceGetPowerSource, uint32_t, 0)
ANSWER(nvmlDeviceGetPersistenceMode, uint32_t, SETTING(card, persistenceMode))
ANSWER(nvmlDeviceGetCurrPcieLinkGeneration, uint32_t, SETTING(card, load) > 0 ? SETTING(card, pcieGeneration) : 1)
ANSWER(nvmlDeviceGetCurrPcieLinkWidth, uint32_t, SETTING(card, pcieWidth))
ANSWER(nvmlDeviceGetMaxPcieLinkGeneration, uint32_t, SETTING(card, pcieGeneration))
ANSWER(nvmlDeviceGetMaxPcieLinkWidth, uint32_t, SETTING(card, pcieWidth))
ANSWER(nvmlDeviceGetGpuMaxPcieLinkGeneration, uint32_t, SETTING(card, pcieGeneration))
ANSWER(nvmlDeviceGetPcieReplayCounter, uint32_t, 0)
ANSWER(nvmlDeviceGetPcieSpeed, uint32_t, SETTING(card, load) > 0 ? 16000 : 2500)
ANSWER(nvmlDeviceGetPcieLinkMaxSpeed, uint32_t, PCIE_LINK_SPEED_16000)

EXPORT Return nvmlDeviceGetCudaComputeCapability(Device device, int *major, int *minor) {
  DEVICE_CALL(nvmlDeviceGetCudaComputeCapability);
  REQUIRE(major != NULL && minor != NULL, INVALID_ARGUMENT);
  *major = 8;
  *minor = 9;
  return SUCCESS;
}

static Return driverModel(uint32_t *current, uint32_t *pending) {
#if defined(_WIN32)
  REQUIRE(current != NULL || pending != NULL, INVALID_ARGUMENT);
  if (current != NULL) *current = DRIVER_MODEL_WDDM;
  if (pending != NULL) *pending = DRIVER_MODEL_WDDM;
  return SUCCESS;
#else
  (void)current;
  (void)pending;
  return NOT_SUPPORTED;
#endif
}
EXPORT Return nvmlDeviceGetDriverModel(Device device, uint32_t *current, uint32_t *pending) {
  DEVICE_CALL(nvmlDeviceGetDriverModel);
  return driverModel(current, pending);
}
EXPORT Return nvmlDeviceGetDriverModel_v2(Device device, uint32_t *current, uint32_t *pending) {
  DEVICE_CALL(nvmlDeviceGetDriverModel_v2);
  return driverModel(current, pending);
}

EXPORT Return nvmlDeviceGetMigMode(Device device, uint32_t *current, uint32_t *pending) {
  (void)current;
  (void)pending;
  DEVICE_CALL(nvmlDeviceGetMigMode);
  return NOT_SUPPORTED;
}
EXPORT Return nvmlDeviceGetMaxMigDeviceCount(Device device, uint32_t *count) {
  DEVICE_CALL(nvmlDeviceGetMaxMigDeviceCount);
  REQUIRE(count != NULL, INVALID_ARGUMENT);
  *count = 0;
  return SUCCESS;
}

EXPORT Return nvmlDeviceGetEccMode(Device device, uint32_t *current, uint32_t *pending) {
  DEVICE_CALL(nvmlDeviceGetEccMode);
  REQUIRE(current != NULL && pending != NULL, INVALID_ARGUMENT);
  REQUIRE(SETTING(card, supportsEcc) != 0, NOT_SUPPORTED);
  *current = 1;
  *pending = 1;
  return SUCCESS;
}
EXPORT Return nvmlDeviceGetTotalEccErrors(Device device, uint32_t type, uint32_t counter, uint64_t *count) {
  DEVICE_CALL(nvmlDeviceGetTotalEccErrors);
  REQUIRE(count != NULL && type < 2 && counter < 2, INVALID_ARGUMENT);
  REQUIRE(SETTING(card, supportsEcc) != 0, NOT_SUPPORTED);
  *count = 0;
  return SUCCESS;
}

static Return pciInfo(uint32_t index, PciInfoV2 *info) {
  REQUIRE(info != NULL, INVALID_ARGUMENT);
  legacyBusIdOf(index, info->busId);
  info->domain = 0;
  info->bus = index + 1;
  info->device = 0;
  info->pciDeviceId = PCI_DEVICE_ID;
  info->pciSubSystemId = PCI_SUBSYSTEM_ID;
  return SUCCESS;
}
EXPORT Return nvmlDeviceGetPciInfo(Device device, PciInfoV2 *info) {
  DEVICE_CALL(nvmlDeviceGetPciInfo);
  return pciInfo(indexOf(card), info);
}
EXPORT Return nvmlDeviceGetPciInfo_v2(Device device, PciInfoV2 *info) {
  DEVICE_CALL(nvmlDeviceGetPciInfo_v2);
  return pciInfo(indexOf(card), info);
}
EXPORT Return nvmlDeviceGetPciInfo_v3(Device device, PciInfoV3 *info) {
  DEVICE_CALL(nvmlDeviceGetPciInfo_v3);
  /* The newer struct begins as the older one and appends the longer address. */
  Return answer = pciInfo(indexOf(card), (PciInfoV2 *)(void *)info);
  if (answer == SUCCESS) busIdOf(indexOf(card), info->busId);
  return answer;
}
