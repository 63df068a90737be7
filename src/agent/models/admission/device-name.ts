/** Names that Windows takes for devices in every folder, with any ending. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\..*)?$/i;

/** Whether a file of this name would be a device on Windows. */
export function isDeviceName(name: string): boolean {
  return DEVICE.test(name);
}
