import { spawnSync } from 'node:child_process';
import { win32 } from 'node:path';
import koffi, { type KoffiFunc } from 'koffi';
import { parseSid } from '../helper-arguments.ts';
import { Win32ServiceApi } from '../windows/service-api.win32.ts';
import type { HelperFile } from './helper-files.ts';
import { InstallError } from './install-error.ts';
import { WindowsInstaller } from './windows-installer.ts';

// shlobj.h
const CSIDL_PROGRAM_FILES = 0x26;
const MAX_PATH = 260;

export interface Win32InstallerOptions {
  readonly files: () => readonly HelperFile[];
  /** undefined: this process's own user. */
  readonly sid: string | undefined;
  readonly log: (line: string) => void;
}

/** The installer on this Windows. @throws InstallError */
export function openWin32Installer({ files, sid, log }: Win32InstallerOptions): WindowsInstaller {
  const services = new Win32ServiceApi();
  return new WindowsInstaller({ services, programFiles: programFiles(), files, sid: sid ?? ownSid(), log });
}

/** From Windows itself: an environment variable is the user's to change. */
function programFiles(): string {
  const getFolderPath: KoffiFunc<
    (window: null, folder: number, token: null, flags: number, path: Buffer) => number
  > = koffi
    .load('shell32.dll')
    .func(
      'int __stdcall SHGetFolderPathW(void *window, int folder, void *token, uint32_t flags, _Out_ uint8_t *path)',
    );
  const path = Buffer.alloc(MAX_PATH * 2);
  const result = getFolderPath(null, CSIDL_PROGRAM_FILES, null, 0, path);
  if (result !== 0) throw new InstallError(`Windows does not tell its program folder (error ${result}).`);
  const text = path.toString('utf16le');
  return text.slice(0, text.indexOf('\0'));
}

function ownSid(): string {
  const whoami = win32.join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'whoami.exe');
  const { stdout, error } = spawnSync(whoami, ['/user', '/fo', 'csv', '/nh'], {
    encoding: 'utf8',
    windowsHide: true,
  });
  const sid = /"(S-1-[\d-]+)"/.exec(stdout ?? '')?.[1];
  if (sid === undefined) {
    throw new InstallError(
      `This user's SID could not be found (${error?.message ?? 'whoami did not tell'}): give it with --sid.`,
    );
  }
  return parseSid(sid);
}
