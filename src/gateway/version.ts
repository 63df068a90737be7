import manifest from '../../package.json' with { type: 'json' };

/** The version of the package this program was built from. */
export const GATEWAY_VERSION: string = manifest.version;
