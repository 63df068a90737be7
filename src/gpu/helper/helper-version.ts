import packageJson from '../../../package.json' with { type: 'json' };

export const HELPER_VERSION: string = packageJson.version;
