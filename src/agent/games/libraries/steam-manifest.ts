import { z } from 'zod';
import { parseVdf, VdfError, vdfSection, vdfText } from './vdf.ts';

/** One `appmanifest_<id>.acf` of a Steam library. */
const steamManifestSchema = z.object({
  appId: z.string().regex(/^\d{1,20}$/),
  name: z.string().max(10_000),
  /** A name below `steamapps/common`, sometimes of a folder in a folder. */
  installFolder: z
    .string()
    .min(1)
    .max(1000)
    .refine((folder) => !folder.split(/[\\/]/).some((part) => part === '..' || part === '.' || part === ''), {
      message: 'leads elsewhere',
    }),
  /** null: not known. */
  sizeBytes: z.coerce.number().int().nonnegative().nullable().catch(null),
  /** Bits of EAppState; null: not told. */
  stateFlags: z.coerce.number().int().nonnegative().nullable().catch(null),
});
export type SteamManifest = z.infer<typeof steamManifestSchema>;

/** k_EAppStateFullyInstalled: also set while an update of an installed game is loaded. */
const FULLY_INSTALLED = 4;

/** @throws VdfError when it is malformed or lacks what is needed. */
export function parseSteamManifest(bytes: Buffer): SteamManifest {
  const app = vdfSection(parseVdf(bytes.toString('utf8')), 'AppState');
  if (app === undefined) throw new VdfError('no AppState in it');
  const manifest = steamManifestSchema.safeParse({
    appId: vdfText(app, 'appid'),
    name: vdfText(app, 'name') ?? '',
    installFolder: vdfText(app, 'installdir'),
    sizeBytes: vdfText(app, 'SizeOnDisk') ?? null,
    stateFlags: vdfText(app, 'StateFlags') ?? null,
  });
  if (manifest.success) return manifest.data;
  const [issue] = manifest.error.issues;
  throw new VdfError(
    `its ${issue?.path.join('.') ?? 'content'} is not as expected (${issue?.message ?? ''})`,
  );
}

export function isFullyInstalled({ stateFlags }: SteamManifest): boolean {
  // The sign of a 32-bit number does not matter to the bit.
  return stateFlags === null || Math.floor(stateFlags / FULLY_INSTALLED) % 2 === 1;
}
