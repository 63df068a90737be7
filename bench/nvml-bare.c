/* One full sample of a card by bare C calls, in a loop: what a binding cannot be faster than. Prints the
   nanoseconds of processor time per sample. Usage: nvml-bare LIBRARY SAMPLES */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef int (*System)(void);
typedef int (*ByIndex)(uint32_t, void **);
typedef int (*Read)(void *, void *);
typedef int (*ReadOne)(void *, uint32_t, void *);
typedef int (*ReadList)(void *, uint32_t *, void *);

struct temperature { uint32_t version, sensor; int32_t temperature; };
struct memory { uint32_t version; uint64_t total, reserved, free, used; };
struct utilisation { uint32_t gpu, memory; };
struct process { uint32_t pid; uint64_t bytes; uint32_t gpuInstance, computeInstance; };
struct field { uint32_t id, scope; int64_t timestamp, latency; uint32_t type, result; uint64_t value; };

enum { MEMORY_TEMPERATURE = 82, TOTAL_ENERGY = 83, CLOCK_GRAPHICS = 0, CLOCK_MEMORY = 2, ACOUSTIC = 5, MOST_PROCESSES = 64 };

static void *library;
static uint64_t failures;
/* Keeps the compiler from dropping what nobody reads. */
static volatile uint64_t sink;

static void *find(const char *name) {
  void *symbol = dlsym(library, name);
  if (symbol == NULL) {
    fprintf(stderr, "%s is missing\n", name);
    exit(1);
  }
  return symbol;
}

static void check(int result) { failures += result != 0; }

int main(int count, char **arguments) {
  if (count != 3) return 2;
  library = dlopen(arguments[1], RTLD_NOW);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  long samples = atol(arguments[2]);
  check(((System)find("nvmlInit_v2"))());
  void *device = NULL;
  check(((ByIndex)find("nvmlDeviceGetHandleByIndex_v2"))(0, &device));

  Read temperatureV = (Read)find("nvmlDeviceGetTemperatureV");
  ReadOne fieldValues = (ReadOne)find("nvmlDeviceGetFieldValues");
  Read power = (Read)find("nvmlDeviceGetPowerUsage");
  Read utilisation = (Read)find("nvmlDeviceGetUtilizationRates");
  Read memory = (Read)find("nvmlDeviceGetMemoryInfo_v2");
  ReadOne clock = (ReadOne)find("nvmlDeviceGetClockInfo");
  Read fan = (Read)find("nvmlDeviceGetFanSpeed");
  Read reasons = (Read)find("nvmlDeviceGetCurrentClocksEventReasons");
  Read limit = (Read)find("nvmlDeviceGetPowerManagementLimit");
  ReadOne threshold = (ReadOne)find("nvmlDeviceGetTemperatureThreshold");
  ReadList compute = (ReadList)find("nvmlDeviceGetComputeRunningProcesses_v3");
  ReadList graphics = (ReadList)find("nvmlDeviceGetGraphicsRunningProcesses_v3");

  struct timespec start, end;
  uint64_t sum = 0;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
  for (long sample = 0; sample < samples; sample++) {
    struct temperature die = {sizeof die | 1u << 24, 0, 0};
    struct memory bytes = {.version = sizeof bytes | 2u << 24};
    struct field fields[2] = {{.id = TOTAL_ENERGY}, {.id = MEMORY_TEMPERATURE}};
    struct utilisation use;
    struct process processes[MOST_PROCESSES];
    uint32_t milliwatts, graphicsClock, memoryClock, speed, powerLimit, acoustic;
    uint32_t computeCount = MOST_PROCESSES, graphicsCount = MOST_PROCESSES;
    uint64_t bits;
    struct timespec now;
    check(temperatureV(device, &die));
    check(fieldValues(device, 2, fields));
    check((int)fields[0].result);
    check((int)fields[1].result);
    check(power(device, &milliwatts));
    check(utilisation(device, &use));
    check(memory(device, &bytes));
    check(clock(device, CLOCK_GRAPHICS, &graphicsClock));
    check(clock(device, CLOCK_MEMORY, &memoryClock));
    check(fan(device, &speed));
    check(reasons(device, &bits));
    check(limit(device, &powerLimit));
    check(threshold(device, ACOUSTIC, &acoustic));
    check(compute(device, &computeCount, processes));
    check(graphics(device, &graphicsCount, processes));
    clock_gettime(CLOCK_REALTIME, &now);
    sum += (uint64_t)die.temperature + fields[0].value + fields[1].value + milliwatts + use.gpu + bytes.used +
           graphicsClock + memoryClock + speed + bits + powerLimit + acoustic + processes[0].pid + computeCount +
           graphicsCount + (uint64_t)now.tv_sec;
  }
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
  sink = sum;
  if (failures != 0) {
    fprintf(stderr, "%llu calls failed\n", (unsigned long long)failures);
    return 1;
  }
  double nanoseconds = (double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec);
  printf("%.1f\n", nanoseconds / (double)samples);
  return 0;
}
