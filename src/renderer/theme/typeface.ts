const LONGEST_WAIT_MS = 500;

/**
 * Resolves when the page's typeface is there, or after half a second: text that is drawn once in the right
 * face never moves, and a face that does not come must not keep the page from showing.
 */
export async function typefaceLoaded({ fonts }: Document): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LONGEST_WAIT_MS);
  });
  await Promise.race([fonts.load('1rem Figtree').catch(() => []), tooLate]);
  clearTimeout(timer);
}
