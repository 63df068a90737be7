#include "call.h"

EXPORT Return nvmlDeviceGetMemoryInfo(Device device, MemoryV1 *memory) {
  DEVICE_CALL(nvmlDeviceGetMemoryInfo);
  REQUIRE(memory != NULL, INVALID_ARGUMENT);
  /* The older call counts what is reserved as used. */
  memory->total = (uint64_t)SETTING(card, memoryTotalBytes);
  memory->used = (uint64_t)(memoryUsedOf(card) + SETTING(card, memoryReservedBytes));
  memory->free = memory->used < memory->total ? memory->total - memory->used : 0;
  return SUCCESS;
}
EXPORT Return nvmlDeviceGetMemoryInfo_v2(Device device, MemoryV2 *memory) {
  DEVICE_CALL(nvmlDeviceGetMemoryInfo_v2);
  REQUIRE(memory != NULL, INVALID_ARGUMENT);
  Return checked = checkVersion(memory->version, sizeof *memory, 2);
  REQUIRE(checked == SUCCESS, checked);
  memory->total = (uint64_t)SETTING(card, memoryTotalBytes);
  memory->reserved = (uint64_t)SETTING(card, memoryReservedBytes);
  memory->used = (uint64_t)memoryUsedOf(card);
  uint64_t taken = memory->used + memory->reserved;
  memory->free = taken < memory->total ? memory->total - taken : 0;
  return SUCCESS;
}
EXPORT Return nvmlDeviceGetBAR1MemoryInfo(Device device, Bar1Memory *memory) {
  DEVICE_CALL(nvmlDeviceGetBAR1MemoryInfo);
  REQUIRE(memory != NULL, INVALID_ARGUMENT);
  memory->total = (uint64_t)16 << 30;
  memory->used = (uint64_t)8 << 20;
  memory->free = memory->total - memory->used;
  return SUCCESS;
}
