import { decodeText } from './text-encoding.ts';
import { xmlTexts } from './xml-texts.ts';

/** What is needed of an `installerdata.xml`. */
export interface EaInstallerData {
  readonly contentId: string | undefined;
  readonly title: string | undefined;
}

/**
 * Reads `__Installer\installerdata.xml` of a game: `<DiPManifest><gameTitles><gameTitle locale="en_US">…` in newer ones,
 * `<game><metadata><localeInfo locale="en_US"><title>…` in older ones; `<contentIDs><contentID>…` in both. EA does not
 * publish the format; it is told the same by Mod Organizer 2, Maxima and others. UTF-8 or UTF-16.
 * @throws Error when it is something else.
 */
export function parseEaInstallerData(bytes: Buffer): EaInstallerData {
  const document = decodeText(bytes);
  if (!/<(DiPManifest|game)[\s>]/.test(document)) throw new Error('is no installer data of a game');
  let contentId: string | undefined;
  let title: string | undefined;
  let englishTitle: string | undefined;
  for (const { name, attributes, text } of xmlTexts(document)) {
    if (name === 'contentID') contentId ??= text;
    if (name !== 'gameTitle' && name !== 'title') continue;
    title ??= text;
    if (/en_US/i.test(attributes)) englishTitle ??= text;
  }
  return { contentId, title: englishTitle ?? title };
}
