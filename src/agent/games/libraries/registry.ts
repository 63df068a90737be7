export type RegistryRoot = 'HKEY_CURRENT_USER' | 'HKEY_LOCAL_MACHINE';

/**
 * What stores need of the Windows registry. Keys are written with `\` and without `WOW6432Node`: the 64-bit view is
 * asked first, then the 32-bit one. What is missing or not ours to read is not there.
 */
export interface Registry {
  /** Text as it stands (variables of REG_EXPAND_SZ expanded), numbers in decimal; undefined: no such value. */
  value(root: RegistryRoot, key: string, name: string): string | undefined;
  /** Names of the keys right below, of both views, each once. */
  subkeys(root: RegistryRoot, key: string): readonly string[];
}

/** A system without a registry. */
export const emptyRegistry: Registry = { value: () => undefined, subkeys: () => [] };
