import type { DeviceInfo } from 'node-nvml';

/** Takes what identifies a single card out of a document: UUIDs and serial numbers become `card-0`, `serial-0`. */
export function redactIds(document: string, devices: readonly Pick<DeviceInfo, 'uuid' | 'serial'>[]): string {
  return devices.reduce((text, { uuid, serial }, index) => {
    const withoutUuid = text.replaceAll(uuid, `card-${index}`);
    return serial === null || serial === '' ? withoutUuid : withoutUuid.replaceAll(serial, `serial-${index}`);
  }, document);
}
