import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writePrivateFile } from '../private-file.ts';
import { heldLeaseSchema } from './pause-lease.ts';
import { userPauseSchema } from './user-pause.ts';

const policyStateSchema = z.object({
  userPause: userPauseSchema.nullable(),
  leases: z.array(heldLeaseSchema),
});
export type PolicyState = z.infer<typeof policyStateSchema>;

const EMPTY: PolicyState = { userPause: null, leases: [] };

/** What of the policy survives a restart: the user's pause and the launchers' leases, in `policy.json`. */
export class PolicyStateFile {
  readonly #path: string;

  constructor(dataFolder: string) {
    this.#path = join(dataFolder, 'policy.json');
  }

  /** Empty when there is no file; a file that cannot be understood is overwritten at the next save. */
  load(): { state: PolicyState; damaged: boolean } {
    try {
      return { state: policyStateSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8'))), damaged: false };
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      return { state: EMPTY, damaged: !isMissing };
    }
  }

  /** @throws GataError `disk-full` or `data-folder-unusable`. */
  save(state: PolicyState): void {
    writePrivateFile(this.#path, JSON.stringify(state));
  }
}
