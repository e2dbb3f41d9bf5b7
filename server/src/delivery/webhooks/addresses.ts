import dns from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';

/** What `dns.lookup` is when it is asked for all addresses. */
export type LookupAll = (
  hostname: string,
  options: dns.LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: dns.LookupAddress[]) => void,
) => void;

export interface ConnectorOptions {
  /** Asked of the very address that is connected to. */
  readonly isPermitted: (address: string) => boolean;
  readonly lookup?: LookupAll | undefined;
  /** Milliseconds. */
  readonly timeout: number;
}

/** A receiver has no address that may be connected to. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';

  constructor(addresses: readonly string[]) {
    super(`${addresses.join(', ')} is not a public address, and "allowPrivateAddresses" is not set`);
  }
}

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** Through it hosts without IPv4 reach it; the last four bytes are the address there. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
/** Public by its range, but every machine at Azure has its own metadata there. */
const METADATA = '168.63.129.16';

/** Whether an address is one of the open internet: no private, local, shared, reserved or translated one. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv4) return isPublicIPv4(parsed);
  if (!(parsed instanceof ipaddr.IPv6)) return false;
  if (parsed.isIPv4MappedAddress()) return isPublicIPv4(parsed.toIPv4Address());
  if (parsed.match(NAT64)) return isPublicIPv4(new ipaddr.IPv4(parsed.toByteArray().slice(12)));
  return parsed.match(GLOBAL_UNICAST) && parsed.range() === 'unicast';
}

function isPublicIPv4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast' && address.toString() !== METADATA;
}

/**
 * Connects to permitted addresses only. A name is looked up once for each connection, and what was looked at is what is
 * connected to, so an answer that changes later changes nothing.
 */
export function guardedConnector(options: ConnectorOptions): buildConnector.connector {
  const { isPermitted, timeout, lookup = dns.lookup } = options;
  const connect = buildConnector({ timeout, allowH2: false, lookup: guardedLookup(isPermitted, onceAtATime(lookup)) });
  return (target, callback) => {
    // Nothing is looked up for a literal address.
    if (isIP(target.hostname) === 0 || isPermitted(target.hostname)) connect(target, callback);
    else queueMicrotask(() => callback(new AddressRefused([target.hostname]), null));
  };
}

function guardedLookup(isPermitted: (address: string) => boolean, lookup: LookupAll): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const permitted = found?.filter(({ address }) => isPermitted(address)) ?? [];
      const [first] = permitted;
      if (error !== null) callback(error, '');
      else if (first === undefined) callback(new AddressRefused(found.map(({ address }) => address)), '');
      else if (options.all) callback(null, permitted);
      else callback(null, first.address, first.family);
    });
  };
}

/** Look-ups share few threads with all of the process: connections that are opened together wait for one. */
function onceAtATime(lookup: LookupAll): LookupAll {
  type Callback = Parameters<LookupAll>[2];
  const waiting = new Map<string, Callback[]>();
  return (hostname, options, callback) => {
    const key = JSON.stringify([hostname, options]);
    const others = waiting.get(key);
    if (others !== undefined) {
      others.push(callback);
      return;
    }
    waiting.set(key, [callback]);
    lookup(hostname, options, (error, addresses) => {
      const callbacks = waiting.get(key) ?? [];
      waiting.delete(key);
      for (const waiter of callbacks) waiter(error, addresses);
    });
  };
}
