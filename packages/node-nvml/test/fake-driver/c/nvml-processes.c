#include <math.h>

#include "call.h"

static const double NOT_TOLD = 18446744073709551615.0;
enum { COMPUTE, GRAPHICS, NO_INSTANCE = -1 };

static uint64_t memoryOf(double bytes) { return bytes >= NOT_TOLD || bytes < 0 ? UINT64_MAX : (uint64_t)bytes; }

/* At most one process of each kind. `infos` has the older or the newer layout. */
static Return list(const Card *card, int kind, uint32_t *count, void *infos, int isNewer) {
  REQUIRE(count != NULL, INVALID_ARGUMENT);
  REQUIRE(SETTING(card, supportsProcesses) != 0, NOT_SUPPORTED);
  uint32_t room = *count;
  double pid = kind == COMPUTE ? computePidOf(card) : SETTING(card, graphicsPid);
  uint64_t bytes = memoryOf(kind == COMPUTE ? SETTING(card, computeBytes) : SETTING(card, graphicsBytes));
  *count = pid > 0 ? 1 : 0;
  REQUIRE(room >= *count, INSUFFICIENT_SIZE);
  if (*count == 0) return SUCCESS;
  REQUIRE(infos != NULL, INVALID_ARGUMENT);
  if (isNewer) {
    *(ProcessInfoV2 *)infos = (ProcessInfoV2){(uint32_t)pid, bytes, (uint32_t)NO_INSTANCE, (uint32_t)NO_INSTANCE};
  } else {
    *(ProcessInfoV1 *)infos = (ProcessInfoV1){(uint32_t)pid, bytes};
  }
  return SUCCESS;
}

#define LIST(name, type, kind, isNewer) \
  EXPORT Return name(Device device, uint32_t *count, type *infos) { \
    DEVICE_CALL(name); \
    return list(card, kind, count, infos, isNewer); \
  }
LIST(nvmlDeviceGetComputeRunningProcesses, ProcessInfoV1, COMPUTE, 0)
LIST(nvmlDeviceGetComputeRunningProcesses_v2, ProcessInfoV2, COMPUTE, 1)
LIST(nvmlDeviceGetComputeRunningProcesses_v3, ProcessInfoV2, COMPUTE, 1)
LIST(nvmlDeviceGetGraphicsRunningProcesses, ProcessInfoV1, GRAPHICS, 0)
LIST(nvmlDeviceGetGraphicsRunningProcesses_v2, ProcessInfoV2, GRAPHICS, 1)
LIST(nvmlDeviceGetGraphicsRunningProcesses_v3, ProcessInfoV2, GRAPHICS, 1)

EXPORT Return nvmlDeviceGetMPSComputeRunningProcesses_v3(Device device, uint32_t *count, ProcessInfoV2 *infos) {
  (void)infos;
  DEVICE_CALL(nvmlDeviceGetMPSComputeRunningProcesses_v3);
  REQUIRE(count != NULL, INVALID_ARGUMENT);
  *count = 0;
  return SUCCESS;
}

/* The load is the compute process's, or else the graphics process's. */
EXPORT Return nvmlDeviceGetProcessUtilization(Device device, ProcessUtilizationSample *samples, uint32_t *count, uint64_t lastSeen) {
  DEVICE_CALL(nvmlDeviceGetProcessUtilization);
  REQUIRE(count != NULL, INVALID_ARGUMENT);
  REQUIRE(SETTING(card, supportsProcesses) != 0, NOT_SUPPORTED);
  uint32_t pids[2];
  uint32_t found = 0;
  uint32_t computePid = computePidOf(card);
  if (computePid > 0) pids[found++] = computePid;
  if (SETTING(card, graphicsPid) > 0) pids[found++] = (uint32_t)SETTING(card, graphicsPid);
  Model model = cardModel(card);
  uint64_t now = cardMicroseconds(state(), &model);
  REQUIRE(found > 0 && now > lastSeen, NOT_FOUND);
  uint32_t room = *count;
  *count = found;
  REQUIRE(samples != NULL && room >= found, INSUFFICIENT_SIZE);
  for (uint32_t index = 0; index < found; index++) {
    uint32_t share = index == 0 ? (uint32_t)lround(100 * SETTING(card, load)) : 0;
    samples[index] = (ProcessUtilizationSample){pids[index], now, share, share * 6 / 10, 0, 0};
  }
  return SUCCESS;
}
