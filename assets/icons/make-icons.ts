import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { type Glyph, TRAY_GLYPHS } from './glyphs.ts';
import { icoFile } from './ico-file.ts';
import { appSvg, traySvg } from './svg.ts';

/** Draws every icon file again: `node assets/icons/make-icons.ts`. */
const folder = import.meta.dirname;
const trayFolder = path.join(folder, 'tray');
await mkdir(trayFolder, { recursive: true });

const png = (svg: string): Promise<Buffer> => sharp(Buffer.from(svg)).png({ compressionLevel: 9 }).toBuffer();
const sizes = (list: number[], svg: (size: number) => string) =>
  Promise.all(list.map(async (size) => ({ size, png: await png(svg(size)) })));

const glyphs: [string, Glyph][] = Object.entries(TRAY_GLYPHS);
for (const [name, glyph] of glyphs) {
  const file = (suffix: string) => path.join(trayFolder, `${name}-${suffix}`);
  for (const variant of ['on-dark', 'on-light'] as const) {
    const isDark = variant === 'on-dark';
    const draw = (size: number) => traySvg(glyph, isDark ? glyph.onDark : glyph.onLight, size, isDark);
    // Linux panels show 22 pixels, and 44 on dense screens; Windows 16 to 48.
    await writeFile(file(`${variant}.png`), await png(draw(22)));
    await writeFile(file(`${variant}@2x.png`), await png(draw(44)));
    await writeFile(file(`${variant}.ico`), icoFile(await sizes([16, 20, 24, 32, 40, 48], draw)));
  }
  const template = (size: number) => traySvg(glyph, '#000000', size, false);
  await writeFile(file('Template.png'), await png(template(16)));
  await writeFile(file('Template@2x.png'), await png(template(32)));
}

await writeFile(path.join(folder, 'app.png'), await png(appSvg(512)));
await writeFile(path.join(folder, 'app.ico'), icoFile(await sizes([16, 24, 32, 48, 64, 128, 256], appSvg)));
