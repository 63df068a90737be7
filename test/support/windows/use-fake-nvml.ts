import { BareNvml } from '../../../packages/node-nvml/test/fake-driver/bare-nvml.ts';

/** Runs on Windows: reads and limits the first card of the fake `nvml.dll` named on the command line; prints JSON. */
const nvml = new BareNvml(process.argv[2] ?? '');
const initialised = nvml.call('nvmlInit_v2');
const device = nvml.device(0);
const memory = Buffer.alloc(40);
memory.writeUInt32LE(0x02000028);
const driverModel = Buffer.alloc(4);
console.log(
  JSON.stringify({
    initialised,
    temperatureC: nvml.read('nvmlDeviceGetTemperature', device, 0),
    memory: [nvml.call('nvmlDeviceGetMemoryInfo_v2', device, memory), Number(memory.readBigUInt64LE(8))],
    driverModel: [
      nvml.call('nvmlDeviceGetDriverModel_v2', device, driverModel, Buffer.alloc(4)),
      driverModel[0],
    ],
    hidden: nvml.has('nvmlDeviceGetTemperatureV'),
    limited: nvml.call('nvmlDeviceSetPowerManagementLimit', device, 140_000),
    shutDown: nvml.call('nvmlShutdown'),
  }),
);
