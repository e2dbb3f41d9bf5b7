import { create } from '@bufbuild/protobuf';
import { HttpRuleSchema } from '@zitadel/proto/google/api/http_pb';
import { UserService as PackagedService } from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import { describe, expect, it } from 'vitest';
import { bindingsOf, restRoutes } from './routes.ts';
import { UserService } from './user-service.ts';

const routes = restRoutes(UserService);
const line = (name: string) =>
  routes.filter((route) => route.method.name === name).map(({ verb, path, body }) => `${verb} ${path} ${body}`);

describe('restRoutes', () => {
  it('reads verb, path and body of every bound method', () => {
    expect(line('UpdateHumanUser')).toEqual(['PUT /v2/users/human/:userId *']);
    expect(line('ListUsers')).toEqual(['POST /v2/users *']);
    expect(line('GetUserByID')).toEqual(['GET /v2/users/:userId null']);
    expect(line('RemovePhone')).toEqual(['DELETE /v2/users/:userId/phone *']);
    expect(line('UpdateUser')).toEqual(['PATCH /v2/users/:userId *']);
    expect(line('RemoveKey')).toEqual(['DELETE /v2/users/:userId/keys/:keyId null']);
    expect(line('RemoveIDPLink')).toEqual(['DELETE /v2/users/:userId/links/:idpId/:linkedUserId *']);
  });

  it('has one for every method of the user service', () => {
    expect(routes.map(({ method }) => method.name)).toEqual(UserService.methods.map(({ name }) => name));
  });

  it('leaves out methods without a binding', () => {
    const bound = restRoutes(PackagedService).map(({ method }) => method.name);
    expect(bound).not.toContain('CreateUser');
    expect(bound).toHaveLength(48);
  });

  it('leads path parameters to their fields', () => {
    const route = routes.find(({ method }) => method.name === 'VerifyU2FRegistration');
    expect(route?.pathFields.map(({ param, fields }) => [param, fields.map((field) => field.name)])).toEqual([
      ['userId', ['user_id']],
      ['u2fId', ['u2f_id']],
    ]);
  });

  it('binds no two methods to the same verb and path', () => {
    const keys = routes.map(({ verb, path }) => `${verb} ${path.replaceAll(/:\w+/g, ':')}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('bindingsOf', () => {
  const method = UserService.method.setPassword;
  const rule = (path: string, body = '') => create(HttpRuleSchema, { pattern: { case: 'patch', value: path }, body });

  it('gives additional bindings, nested fields, mapped fields and custom verbs', () => {
    const extra = create(HttpRuleSchema, { pattern: { case: 'custom', value: { kind: 'head', path: '/x:do' } } });
    const bindings = bindingsOf(method, {
      ...rule('/v9/{user_id}/{new_password.password}', 'new_password'),
      additionalBindings: [extra],
    });
    expect(bindings.map(({ verb, path }) => `${verb} ${path}`)).toEqual([
      'PATCH /v9/:userId/:newPassword_password',
      'HEAD /x::do',
    ]);
    expect(bindings[0]?.body).toBe(method.input.fields.find((field) => field.name === 'new_password'));
  });

  it.each([
    ['a pattern in a variable', rule('/v9/{user_id=users/*}')],
    ['an unknown field', rule('/v9/{nobody}')],
    ['a field below a scalar', rule('/v9/{user_id.x}')],
    ['an unknown body field', rule('/v9', 'nobody')],
    ['no path', create(HttpRuleSchema)],
  ])('refuses %s', (_, bad) => {
    expect(() => bindingsOf(method, bad)).toThrow();
  });
});
