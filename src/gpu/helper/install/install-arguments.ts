import { isAbsolute } from 'node:path';
import { parseArgs } from 'node:util';
import { GataError } from '../../../shared/gata-error.ts';
import { parseSid, parseWhole } from '../helper-arguments.ts';

export const INSTALL_HELP = `install-helper install --uid UID --gid GID   (Linux)
install-helper install [--sid SID]           (Windows; this program's own user when it is not given)
install-helper remove
install-helper status

Puts the helper that sets graphics cards' power limits on this system, or takes it off again and puts limits back.
install and remove need root or an administrator; repeating them is harmless. status prints JSON.

  --root FOLDER   Linux: change the system below this folder; nothing is started there

Exit codes: 0 done, 1 error, 2 wrong flags.
`;

export interface InstallArguments {
  readonly verb: 'install' | 'remove' | 'status';
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly sid: string | undefined;
  readonly root: string | undefined;
}

/** @throws GataError `invalid-request` that names the flag. */
export function parseInstallArguments(
  argv: readonly string[],
  platform: NodeJS.Platform,
): InstallArguments | 'help' {
  const { values, positionals } = read(argv);
  if (values.help) return 'help';
  const [verb, ...rest] = positionals;
  if (rest.length > 0 || (verb !== 'install' && verb !== 'remove' && verb !== 'status')) {
    throw invalid('One of install, remove and status is wanted.');
  }
  const { uid, gid, sid, root } = values;
  if (platform !== 'win32' && verb === 'install' && (uid === undefined || gid === undefined)) {
    throw invalid('--uid and --gid say for whom the helper is installed; one is missing.');
  }
  if (root !== undefined && !isAbsolute(root)) throw invalid(`--root takes a whole path, not "${root}".`);
  return {
    verb,
    uid: uid === undefined ? undefined : parseWhole('--uid', uid),
    gid: gid === undefined ? undefined : parseWhole('--gid', gid),
    sid: sid === undefined ? undefined : parseSid(sid),
    root,
  };
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        uid: { type: 'string' },
        gid: { type: 'string' },
        sid: { type: 'string' },
        root: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

function invalid(detail: string): GataError {
  return new GataError('invalid-request', `${detail} --help lists the flags.`);
}
