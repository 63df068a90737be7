import type { Attempt } from './attempt.ts';
import { DEVICES_ATTEMPTS } from './devices.ts';
import { NETWORK } from './network.ts';
import { PRIVILEGES } from './privileges.ts';
import { PROCESSES } from './processes.ts';
import { PROGRAMS_ATTEMPTS } from './programs.ts';
import { READING } from './reading.ts';
import { RESOURCES } from './resources.ts';
import { WRITING } from './writing.ts';

/** Every attempt, by what it goes for. */
export const ATTEMPTS = {
  reading: READING,
  writing: WRITING,
  network: NETWORK,
  processes: PROCESSES,
  privileges: PRIVILEGES,
  devices: DEVICES_ATTEMPTS,
  programs: PROGRAMS_ATTEMPTS,
  resources: RESOURCES,
} satisfies Record<string, readonly Attempt[]>;
