import type { Page, Place, ReadSide } from './dump.ts';
import type { Table } from './tables.ts';

/** The pages of a table, each read ahead while the one before it is used. */
export async function* pages(side: ReadSide, table: Table, after: Place | null = null): AsyncGenerator<Page> {
  let next = side.page(table, after);
  for (;;) {
    const page = await next;
    if (page === null) return;
    next = side.page(table, page.end);
    // Who stops here does not wait for it.
    next.catch(() => {});
    yield page;
  }
}
