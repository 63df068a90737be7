/** nvmlReturn_t: every value of the public header, by name. */
export const NVML_RETURN = {
  SUCCESS: 0,
  UNINITIALIZED: 1,
  INVALID_ARGUMENT: 2,
  NOT_SUPPORTED: 3,
  NO_PERMISSION: 4,
  ALREADY_INITIALIZED: 5,
  NOT_FOUND: 6,
  INSUFFICIENT_SIZE: 7,
  INSUFFICIENT_POWER: 8,
  DRIVER_NOT_LOADED: 9,
  TIMEOUT: 10,
  IRQ_ISSUE: 11,
  LIBRARY_NOT_FOUND: 12,
  FUNCTION_NOT_FOUND: 13,
  CORRUPTED_INFOROM: 14,
  GPU_IS_LOST: 15,
  RESET_REQUIRED: 16,
  OPERATING_SYSTEM: 17,
  LIB_RM_VERSION_MISMATCH: 18,
  IN_USE: 19,
  MEMORY: 20,
  NO_DATA: 21,
  VGPU_ECC_NOT_SUPPORTED: 22,
  INSUFFICIENT_RESOURCES: 23,
  FREQ_NOT_SUPPORTED: 24,
  ARGUMENT_VERSION_MISMATCH: 25,
  DEPRECATED: 26,
  NOT_READY: 27,
  GPU_NOT_FOUND: 28,
  INVALID_STATE: 29,
  RESET_TYPE_NOT_SUPPORTED: 30,
  UNKNOWN: 999,
} as const;

export type NvmlReturnName = keyof typeof NVML_RETURN;
/** UNRECOGNIZED: a value that the header did not have when this was written. */
export type NvmlErrorCode = Exclude<NvmlReturnName, 'SUCCESS'> | 'UNRECOGNIZED';

/** What a person can do about each. */
const ADVICE: Readonly<Record<NvmlErrorCode, string>> = {
  UNINITIALIZED: 'NVML is not initialised any more. Dispose this Nvml and open it again.',
  INVALID_ARGUMENT: 'The driver refuses the value. Check it against the range that the card tells.',
  NOT_SUPPORTED: 'This card or driver does not offer it. Do without it.',
  NO_PERMISSION: 'This needs more rights. Run as root or as administrator.',
  ALREADY_INITIALIZED: 'NVML is initialised already. Nothing needs to be done.',
  NOT_FOUND: 'No such card or process. Check the UUID, bus id or process id.',
  INSUFFICIENT_SIZE: 'The buffer is too small. Please report this as a bug of node-nvml.',
  INSUFFICIENT_POWER: "The card gets too little power. Check the card's power cables.",
  DRIVER_NOT_LOADED: 'The NVIDIA driver is not loaded. Install it, or load the kernel module.',
  TIMEOUT: 'The driver did not answer in time. Try again.',
  IRQ_ISSUE: "The kernel has a problem with the card's interrupts. See the system log.",
  LIBRARY_NOT_FOUND: "NVML's library was not found. Install the NVIDIA driver.",
  FUNCTION_NOT_FOUND: 'This driver is too old for the call. Update the NVIDIA driver.',
  CORRUPTED_INFOROM: "The card's configuration memory is damaged. Ask the card's vendor.",
  GPU_IS_LOST: 'The card fell off the bus. Restart the computer; check power and heat.',
  RESET_REQUIRED: 'The card must be reset before it can be used again. Restart the computer.',
  OPERATING_SYSTEM: 'The operating system blocks the driver. See the system log.',
  LIB_RM_VERSION_MISMATCH: 'The driver was updated while in use. Restart the computer.',
  IN_USE: 'Somebody else is using the card in a way that forbids this. Try again later.',
  MEMORY: 'There is not enough memory. Close other programs.',
  NO_DATA: 'The driver has no data yet. Try again later.',
  VGPU_ECC_NOT_SUPPORTED: 'A virtual card does not allow this while ECC is on. Turn ECC off.',
  INSUFFICIENT_RESOURCES: 'The driver ran out of resources. Close other programs.',
  FREQ_NOT_SUPPORTED: 'The card does not run at this clock. Choose one that it offers.',
  ARGUMENT_VERSION_MISMATCH: 'This driver does not know the struct. Update the NVIDIA driver.',
  DEPRECATED: 'The driver no longer offers this call. Update node-nvml.',
  NOT_READY: 'The driver is not ready yet. Try again.',
  GPU_NOT_FOUND: 'There is no NVIDIA card that the driver can use.',
  INVALID_STATE: 'The card is in a state that does not allow this. Try again later.',
  RESET_TYPE_NOT_SUPPORTED: 'The card cannot be reset in this way.',
  UNKNOWN: 'The driver failed inside. See the system log; restart the computer if it stays.',
  UNRECOGNIZED: 'This return value is newer than node-nvml. Update node-nvml.',
};

const namesByValue: ReadonlyMap<number, NvmlErrorCode> = new Map(
  errorNames().map((name) => [NVML_RETURN[name], name]),
);

/** The name of an `nvmlReturn_t` other than SUCCESS, and what to do about it. */
export function describeReturn(value: number): { code: NvmlErrorCode; advice: string } {
  const code = namesByValue.get(value) ?? 'UNRECOGNIZED';
  return { code, advice: ADVICE[code] };
}

function errorNames(): Exclude<NvmlReturnName, 'SUCCESS'>[] {
  const names: Exclude<NvmlReturnName, 'SUCCESS'>[] = [];
  let name: NvmlReturnName;
  for (name in NVML_RETURN) if (name !== 'SUCCESS') names.push(name);
  return names;
}
