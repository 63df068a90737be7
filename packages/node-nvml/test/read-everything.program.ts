import { readEverything } from './read-everything.ts';

/** For the Windows Node under Wine, which sees this machine's files on drive Z. */
const [libraryPath, missingPath] = process.argv.slice(2).map((path) => `Z:${path.replaceAll('/', '\\')}`);
if (libraryPath === undefined || missingPath === undefined) throw new Error('Two paths are wanted.');
const everything = await readEverything(libraryPath, missingPath);
console.log(JSON.stringify(everything));

export type Everything = typeof everything;
