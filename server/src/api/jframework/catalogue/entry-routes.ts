import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import type { Handler, Route } from '../../shared/route.ts';
import { callOf, idOf } from '../call.ts';
import { operationsOf } from '../documentation/operation.ts';
import { paged } from '../models.ts';
import { readBody } from '../read-body.ts';
import type { Entry } from '../section.ts';
import type { Context } from '../services.ts';
import type { Catalogue } from './catalogue.ts';
import { changeSettings, showSettings } from './change-settings.ts';
import { type Drawn, entryOf, isFixed, type Kind, MAX_ENTRIES, tooMany, words } from './kind.ts';
import { listEntries, searchOf } from './list-entries.ts';

/** GET and POST of all entries of a kind; GET, PUT and DELETE of one. */
export function entryRoutes<T extends Entry, B>(context: Context, kind: Kind<T, B>): Route[] {
  const all = `/api/v1${kind.path}`;
  const one = `${all}/:id`;
  const operation = operationsOf(kind.title);
  const { name, view: data, listing } = kind;
  const label = words(name);
  const read = { reads: true, ...(kind.readers === 'everybody' && { access: 'anybody' as const }) } as const;
  return [
    {
      method: 'GET',
      path: all,
      handler: (request) => listEntries(request, context, kind),
      operation: operation(`list${name}s`, `Every ${label} of the brand that meets all filters`, {
        query: (query) => searchOf(query, listing),
        data: listing.isPaged ? paged(data) : Type.Array(data),
        ...read,
      }),
    },
    {
      method: 'POST',
      path: all,
      handler: createEntry(context, kind),
      operation: operation(`create${name}`, `Makes a ${label}`, { body: kind.body.schema, status: 201, data }),
    },
    {
      method: 'GET',
      path: one,
      handler: getEntry(context, kind),
      operation: operation(`get${name}`, `A ${label}`, { data, ...read }),
    },
    {
      method: 'PUT',
      path: one,
      handler: updateEntry(context, kind),
      operation: operation(`update${name}`, `Changes a ${label}; what is left out stays`, {
        body: kind.body.schema,
        data,
      }),
    },
    {
      method: 'DELETE',
      path: one,
      handler: deleteEntry(context, kind),
      operation: operation(`delete${name}`, `Removes a ${label}`),
    },
  ];
}

function getEntry<T extends Entry, B>(context: Context, kind: Kind<T, B>): Handler {
  return (request) =>
    showSettings(request, context, kind.readers, (catalogue) =>
      kind.show(entryOf(kind, catalogue, idOf(request)), catalogue),
    );
}

function createEntry<T extends Entry, B>(context: Context, kind: Kind<T, B>): Handler {
  return async (request) => {
    const call = await callOf(request, context);
    const body = readBody(request, kind.body);
    const drawn = draw(context);
    return changeSettings(request, context, call, {
      name: `create-${kind.slug}`,
      needs: [kind.needs.create],
      body,
      status: 201,
      change: (catalogue) => {
        const entries = kind.entries(catalogue);
        if (entries.length >= MAX_ENTRIES) throw tooMany(kind.name);
        const entry = kind.make(body, null, catalogue, drawn);
        const added = kind.withEntries(catalogue, [...entries, entry]);
        return kind.settle?.(added, entry, null) ?? added;
      },
      show: (catalogue) => kind.show(entryOf(kind, catalogue, drawn.id), catalogue),
    });
  };
}

export function updateEntry<T extends Entry, B>(context: Context, kind: Kind<T, B>): Handler {
  return async (request) => {
    const call = await callOf(request, context);
    const body = readBody(request, kind.body);
    const id = idOf(request);
    const drawn = draw(context);
    return changeSettings(request, context, call, {
      name: `update-${kind.slug}`,
      needs: [kind.needs.update],
      body,
      change: (catalogue) => {
        const known = changeable(kind, catalogue, id);
        const entry = kind.make(body, known, catalogue, drawn);
        const entries = kind.entries(catalogue).map((other) => (other === known ? entry : other));
        const changed = kind.withEntries(catalogue, entries);
        return kind.settle?.(changed, entry, known) ?? changed;
      },
      show: (catalogue) => kind.show(entryOf(kind, catalogue, id), catalogue),
    });
  };
}

function deleteEntry<T extends Entry, B>(context: Context, kind: Kind<T, B>): Handler {
  return async (request) => {
    const call = await callOf(request, context);
    const id = idOf(request);
    return changeSettings(request, context, call, {
      name: `delete-${kind.slug}`,
      needs: [kind.needs.delete],
      change: (catalogue) => {
        const known = changeable(kind, catalogue, id);
        const left = kind.entries(catalogue).filter((other) => other !== known);
        const changed = kind.withEntries(catalogue, left);
        return kind.release?.(changed, known) ?? changed;
      },
    });
  };
}

/** @throws Refusal 404, 403 for what is built in */
function changeable<T extends Entry, B>(kind: Kind<T, B>, catalogue: Catalogue, id: string): T {
  const known = entryOf(kind, catalogue, id);
  if (known.builtIn) throw isFixed(kind.name);
  return known;
}

function draw({ nextId, clock }: Context): Drawn {
  return { id: nextId(), guid: randomUUID(), createdAt: clock() };
}
