/** What can be set and read on a card of the fake driver; units are in the names. */
export const FAKE_CARD_PROPERTIES = [
  // What goes on.
  'load',
  'ambientC',
  'temperatureC',
  'sinkC',
  'memoryTemperatureC',
  'fanPercent',
  'isLost',
  // Limits.
  'powerLimitMilliwatts',
  'powerMinimumMilliwatts',
  'powerMaximumMilliwatts',
  'powerDefaultMilliwatts',
  'acousticThresholdC',
  'acousticDefaultC',
  'acousticMinimumC',
  'acousticMaximumC',
  'slowdownC',
  'shutdownC',
  // The thermal model.
  'idleMilliwatts',
  'fullLoadMilliwatts',
  'leakagePerDegree',
  'throughputExponent',
  'dieHeatCapacity',
  'sinkHeatCapacity',
  'dieToSinkResistance',
  'sinkToAirResistance',
  'fanIsManual',
  // What the card can do, and who may.
  'supportsPower',
  'supportsPowerLimit',
  'supportsSetPowerLimit',
  'supportsAcoustic',
  'supportsEnergy',
  'supportsMemoryTemperature',
  'supportsFan',
  'supportsProcesses',
  'supportsPcieThroughput',
  'supportsEcc',
  'supportsSerial',
  'setAllowed',
  'persistenceMode',
  // Readings as they are set.
  'fanCount',
  'memoryTotalBytes',
  'memoryReservedBytes',
  'memoryUsedBytes',
  'memoryUtilisationPercent',
  'encoderPercent',
  'decoderPercent',
  'pcieTransmitKilobytesPerSecond',
  'pcieReceiveKilobytesPerSecond',
  'pcieGeneration',
  'pcieWidth',
  'graphicsClockIdleMegahertz',
  'graphicsClockMaximumMegahertz',
  'memoryClockIdleMegahertz',
  'memoryClockMaximumMegahertz',
  'computePid',
  'computeBytes',
  'computeFollowsPid',
  'graphicsPid',
  'graphicsBytes',
  // Counters of the model.
  'energyMillijoules',
  'workDone',
  // Only to be read: they follow from the others.
  'powerMilliwatts',
  'throughput',
  'throttleReasons',
  'seconds',
] as const;

/**
 * Some meanings that their names do not tell:
 * - `load`: what programs ask of the card, 0 to 1.
 * - `temperatureC`: of the die; heat capacity is small, so with the clock running it soon follows `sinkC` again.
 *   To hold a temperature use the manual clock. Given at creation without `sinkC`, the sink matches it.
 * - `memoryTemperatureC`: follows the model until it is set; -1000 lets it follow again.
 * - `fanPercent`: follows the temperature unless `fanIsManual` is 1.
 * - `isLost`: 1 when the card fell off the bus (set, or hotter than `shutdownC`); until the driver is loaded again.
 * - `powerDefaultMilliwatts`, `acousticDefaultC`: what loading the driver puts back.
 * - `supportsAcoustic`: 0 hides the threshold; the firmware holds it all the same.
 * - `supportsSetPowerLimit`: 0 for a laptop whose limit can only be read.
 * - `setAllowed`: who may set limits: 0 nobody, 1 root without NVML_FAKE_UNPRIVILEGED=1, 2 anyone.
 * - `memoryUtilisationPercent`: -1: six tenths of the load.
 * - `computePid`, `graphicsPid`: 0 is no process; `…Bytes`: NOT_AVAILABLE_BYTES is what Windows says for GeForce.
 * - `computeFollowsPid`: 1: the compute process is listed only while a process of this machine with its pid lives, and
 *   `computeBytes` count as used, besides `memoryUsedBytes`, for as long.
 * - `workDone`: seconds of the whole card at full power; `throughput` is its rate.
 * - `throttleReasons`: NVML's bits. `seconds`: model time.
 */
export type FakeCardProperty = (typeof FAKE_CARD_PROPERTIES)[number];

/** All ones as a 64-bit number: NVML's "not available" for the memory of a process. */
export const NOT_AVAILABLE_BYTES = 2 ** 64;
