import koffi, { type KoffiFunc } from 'koffi';
import type { ReadPower } from './power-source.ts';

/** sizeof(SYSTEM_POWER_STATUS): four bytes, two 32-bit numbers. */
const STATUS_BYTES = 12;
const AC_OFFLINE = 0;
const AC_ONLINE = 1;
const NO_SYSTEM_BATTERY = 0x80;
const UNKNOWN = 0xff;

/** Asks kernel32's GetSystemPowerStatus (winbase.h), which counts a UPS that it knows as a battery. */
export function powerStatusReader(): ReadPower {
  const library = koffi.load('kernel32.dll');
  const getSystemPowerStatus: KoffiFunc<(status: Buffer) => number> = library.func(
    'int __stdcall GetSystemPowerStatus(_Out_ uint8_t *status)',
  );
  const status = Buffer.alloc(STATUS_BYTES);
  return async () => {
    if (getSystemPowerStatus(status) === 0) throw new Error('GetSystemPowerStatus failed.');
    return decodePowerStatus(status);
  };
}

/** @param status a SYSTEM_POWER_STATUS: ACLineStatus and BatteryFlag are its first two bytes. */
export function decodePowerStatus(status: Uint8Array): boolean | null {
  const [line, battery = UNKNOWN] = status;
  if (battery === UNKNOWN || (battery & NO_SYSTEM_BATTERY) !== 0) return null;
  if (line === AC_OFFLINE) return true;
  return line === AC_ONLINE ? false : null;
}
