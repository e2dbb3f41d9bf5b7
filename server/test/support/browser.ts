import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContext, chromium as driver, type Page } from 'playwright-core';

/**
 * A Chromium of the test's own, without a window. Without the switches that its package suggests: they take the borders
 * between sites away.
 */
export async function startBrowser(): Promise<Browser> {
  return driver.launch({ executablePath: await chromium.executablePath(), args: ['--disable-gpu'] });
}

/** A page, and everything it did that a page without scripts of its own does not do. */
export interface Watched {
  readonly page: Page;
  /** Violations of the policy, dialogs, errors of scripts, further windows, and requests to anywhere else. */
  readonly incidents: readonly string[];
  /** Begins: what came before is none of the page's. */
  clear(): void;
}

/** @param home where alone the page may send requests to */
export async function watch(context: BrowserContext, home: string): Promise<Watched> {
  const incidents: string[] = [];
  const page = await context.newPage();
  page.on('dialog', (dialog) => {
    incidents.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) incidents.push(`policy: ${message.text()}`);
  });
  page.on('pageerror', ({ message }) => incidents.push(`script: ${message}`));
  page.on('popup', (popup) => incidents.push(`window: ${popup.url()}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${home}/`)) incidents.push(`request: ${request.url()}`);
  });
  return { page, incidents, clear: () => incidents.splice(0) };
}
