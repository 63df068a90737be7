import figtree from '@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2?url';

const LONGEST_WAIT_MS = 500;

/**
 * Loads the page's typeface before anything is drawn. One that is not there within half a second is not used
 * at all: the page must not wait for it, and text must not move once it is shown.
 */
export async function loadTypeface(fonts: FontFaceSet): Promise<void> {
  const face = new FontFace('Figtree', `url("${figtree}")`, { weight: '300 900' });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LONGEST_WAIT_MS);
  });
  // Without it the system's own face serves as well.
  const loaded = await Promise.race([face.load().catch(() => undefined), tooLate]);
  clearTimeout(timer);
  if (loaded !== undefined) fonts.add(loaded);
}
