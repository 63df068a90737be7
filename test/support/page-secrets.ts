import type { Page } from 'playwright-core';

/** All that a page still holds that can be read in it: its elements, what is typed in its fields, its storage. */
export function pageContents(page: Page): Promise<string> {
  return page.evaluate(() => {
    const fields = [...document.querySelectorAll('input, textarea')];
    const values = fields.map((field) => ('value' in field ? String(field.value) : ''));
    return [
      document.documentElement.outerHTML,
      ...values,
      JSON.stringify(localStorage),
      JSON.stringify(sessionStorage),
    ].join('\n');
  });
}

/** Those of the secrets that a text gives away. Of words already two that follow on each other. */
export function secretsIn(text: string, secrets: readonly string[]): string[] {
  const parts = secrets.flatMap((secret) => {
    const words = secret.split(' ');
    const pairs = words.slice(1).map((word, index) => [words[index], word]);
    return [secret, ...pairs.flatMap((pair) => [pair.join(' '), JSON.stringify(pair).slice(1, -1)])];
  });
  return parts.filter((part) => text.includes(part));
}
