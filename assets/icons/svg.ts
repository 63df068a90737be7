import { APP_EYES, APP_TILE, GLYPH_UNITS, type Glyph, HEAD } from './glyphs.ts';

/** Behind a light icon: it shows only where the bar turns out not to be dark. */
const BACKING = { colour: '#0b100e', opacity: 0.8 };

const OUTLINE_UNITS = 4;

/**
 * A tray icon of `size` pixels.
 * @param isBacked dark behind the icon and a thin dark line around it.
 */
export function traySvg(glyph: Glyph, colour: string, size: number, isBacked: boolean): string {
  const shape =
    glyph.head === 'filled'
      ? `<mask id="cut"><rect width="32" height="32" fill="#fff"/><g fill="#000">${glyph.marks}</g></mask>
         <path d="${HEAD}" fill="${colour}" mask="url(#cut)"/>`
      : `<clipPath id="inside"><path d="${HEAD}"/></clipPath>
         <path d="${HEAD}" fill="none" stroke="${colour}" stroke-width="${OUTLINE_UNITS * 2}" clip-path="url(#inside)"/>
         <g fill="${colour}" clip-path="url(#inside)">${glyph.marks.replaceAll('#000', colour)}</g>`;
  const { colour: backing, opacity } = BACKING;
  const back = isBacked
    ? `<path d="${HEAD}" fill="${backing}" stroke="${backing}" stroke-width="1.6" opacity="${opacity}"/>`
    : '';
  return svg(size, back + shape);
}

export function appSvg(size: number): string {
  const { background, head, eyes } = APP_TILE;
  return svg(
    size,
    `<rect width="32" height="32" rx="7" fill="${background}"/>
     <g transform="translate(4.48 4.48) scale(0.72)"><path d="${HEAD}" fill="${head}"/><g fill="${eyes}">${APP_EYES}</g></g>`,
  );
}

function svg(size: number, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${GLYPH_UNITS} ${GLYPH_UNITS}">${content}</svg>`;
}
