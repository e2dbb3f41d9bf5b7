import { describe, expect, it } from 'vitest';
import { createUser, directory, event, given, NOW, ORG, OTHER_ORG, organization } from '../../../test/support/given.ts';
import { BUILT_IN_ORGANIZATION } from '../values/built-in.ts';
import { claimsOf } from './claims.ts';
import { decide } from './decide.ts';
import { MAX_IDP_LINKS } from './decide-idp.ts';
import type { IdpLink } from './user.ts';

const IDP = `${ORG}-idp`;
const link = (userId: string, more: Partial<IdpLink> = {}): IdpLink => ({ idpId: IDP, userId, userName: 'x', ...more });
const [ANN, BOB] = [link('ann'), link('bob')];
const add = (one: IdpLink) => ({ type: 'add-idp-link', link: one }) as const;
const remove = ({ idpId, userId }: IdpLink) => ({ type: 'remove-idp-link', idpId, userId }) as const;
const links = (count: number) => Array.from({ length: count }, (_, n) => link(`user ${n}`));

describe('adding a link', () => {
  it('keeps the others', () => {
    given(createUser(), add(ANN))
      .when(add(BOB))
      .thenEvents(event('user.idp_link_added', { 'factors.idpLinks': [[ANN], [ANN, BOB]] }));
  });

  it('is refused for one that is there, whatever it is called', () => {
    given(createUser(), add(ANN)).when(add(ANN)).thenRefused('idp_link_taken');
    given(createUser(), add(ANN))
      .when(add(link('ann', { userName: 'Ann' })))
      .thenRefused('idp_link_taken');
  });

  it('is refused for a provider that is not declared, or for another organization', () => {
    for (const idpId of ['nowhere', `${OTHER_ORG}-idp`]) {
      given(createUser())
        .when(add(link('ann', { idpId })))
        .thenRefused('idp_unknown');
    }
  });

  it('takes a provider of the instance', () => {
    const idp = { id: 'everywhere', name: 'Everywhere' };
    const builtIn = organization(BUILT_IN_ORGANIZATION.id, { identityProviders: [idp] });
    const facts = { now: NOW, directory: directory([organization(ORG), builtIn]) };
    const { events } = decide(add(link('ann', { idpId: idp.id })), given(createUser()).user, facts);
    expect(events).toHaveLength(1);
    const without = { now: NOW, directory: directory([organization(ORG), organization(BUILT_IN_ORGANIZATION.id)]) };
    expect(() => decide(add(link('ann', { idpId: idp.id })), given(createUser()).user, without)).toThrow('idp_unknown');
  });

  it('is refused beyond what a user may have', () => {
    const full = given(createUser({ idpLinks: links(MAX_IDP_LINKS) }));
    full.when(add(ANN)).thenRefused('credentials_full');
    full.when(remove(link('user 0'))).thenTypes('user.idp_link_removed');
  });
});

describe('removing a link', () => {
  it('keeps the others', () => {
    given(createUser(), add(ANN), add(BOB))
      .when(remove(ANN))
      .thenEvents(event('user.idp_link_removed', { 'factors.idpLinks': [[ANN, BOB], [BOB]] }));
  });

  it('needs no provider that is still declared', () => {
    const gone = event('user.idp_link_added', { 'factors.idpLinks': [[], [link('ann', { idpId: 'gone' })]] });
    given(createUser(), gone)
      .when(remove(link('ann', { idpId: 'gone' })))
      .thenTypes('user.idp_link_removed');
  });

  it('is refused for one that is not there', () => {
    const one = given(createUser(), add(ANN));
    one.when(remove(BOB)).thenRefused('idp_link_not_found');
    one.when(remove(link('ann', { idpId: 'other' }))).thenRefused('idp_link_not_found');
  });
});

describe('a new user', () => {
  it('may have links from the start', () => {
    const { user } = given()
      .when(createUser({ idpLinks: [ANN, BOB] }))
      .thenTypes('user.created');
    expect(user.factors.idpLinks).toEqual([ANN, BOB]);
  });

  it('is refused with a provider that is not declared, the same identity twice, or too many', () => {
    given()
      .when(createUser({ idpLinks: [ANN, link('bob', { idpId: 'nowhere' })] }))
      .thenRefused('idp_unknown');
    given()
      .when(createUser({ idpLinks: [ANN, ANN] }))
      .thenRefused('idp_link_taken');
    given()
      .when(createUser({ idpLinks: links(MAX_IDP_LINKS + 1) }))
      .thenRefused('credentials_full');
  });
});

describe('the claims of links', () => {
  const claims = (...taken: IdpLink[]) => {
    const { user } = given(createUser({ idpLinks: taken }));
    return user === null ? [] : claimsOf(user, directory());
  };

  it('are one per identity, in the whole instance, and tell ids apart', () => {
    expect(claims(ANN, BOB)).toEqual([`idp:["${IDP}","ann"]`, `idp:["${IDP}","bob"]`]);
    expect(claims(link('a","b'))).not.toEqual(claims(link('a', { userName: 'b' })));
  });

  it('end with the user', () => {
    const { user } = given(createUser({ idpLinks: [ANN] }))
      .when({ type: 'delete-user' })
      .thenTypes('user.deleted');
    expect(user.factors.idpLinks).toEqual([]);
    expect(claimsOf(user, directory())).toEqual([]);
  });
});
