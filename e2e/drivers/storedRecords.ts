import type { BrowserContext, Page } from '@playwright/test';

/** A tab of the site's origin that does not run the page, for what happens to a database beside it. */
export async function besideThePage(context: BrowserContext, siteUrl: string): Promise<Page> {
  const page = await context.newPage();
  await page.route('**/blank', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<link rel="icon" href="data:,">' }),
  );
  await page.goto(`${siteUrl}blank`);
  return page;
}

/** A record as plain data: of pixels and files only how much there is. */
export function recordOf(page: Page, store: string, key: string | readonly string[]): Promise<unknown> {
  return page.evaluate(
    async ([name, wanted]) => {
      const opening = indexedDB.open('unlabeled');
      await new Promise((resolve) => opening.addEventListener('success', resolve));
      const request = opening.result
        .transaction(name)
        .objectStore(name)
        .get(wanted as IDBValidKey);
      await new Promise((resolve) => request.addEventListener('success', resolve));
      opening.result.close();
      const text = JSON.stringify(request.result, (_, value: unknown) => {
        if (value instanceof Blob) return `${value.size} bytes`;
        return ArrayBuffer.isView(value) ? `${value.byteLength} bytes` : value;
      });
      return text === undefined ? null : (JSON.parse(text) as unknown);
    },
    [store, key] as const,
  );
}
