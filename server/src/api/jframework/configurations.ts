import { DomainError } from '../../core/errors.ts';
import type { AppSetting } from '../../core/user/apps.ts';
import { paramsOf } from '../shared/dialect.ts';
import type { Handler } from '../shared/route.ts';
import { reader } from '../shared/schema.ts';
import { callOf, changeUser, readUser } from './call.ts';
import { statusOf } from './catalogue/body.ts';
import { success } from './envelope.ts';
import type { ConfigurationView } from './models.ts';
import { type QueryReader, readQuery } from './query.ts';
import { readBody } from './read-body.ts';
import type { Context } from './services.ts';
import { ConfigurationBody } from './sign-in-schema.ts';
import { refuseLong } from './text-limits.ts';

/** Longest texts, in code points. */
const LONGEST = { groupCode: 100, code: 100, name: 100, value: 2048, description: 500 } as const;

const STATUSES = ['Active', 'Inactive'] as const;

/**
 * POST /users/{id}/configurations. No call changes one, so another of the same group and code takes its place and keeps
 * its id.
 */
export function saveConfiguration(context: Context): Handler {
  const { nextId } = context;
  const body = reader(ConfigurationBody);
  return async (request) => {
    const call = await callOf(request, context);
    const sent = readBody(request, body);
    refuseLong(sent, LONGEST);
    const { groupCode, code, name, value, description = null, status } = sent;
    const isActive = statusOf(status, undefined) === 'Active';
    const setting: AppSetting = { id: nextId(), groupCode, code, name, value, description, isActive };
    return changeUser(request, context, call, {
      name: 'save-configuration',
      command: { type: 'save-app-setting', setting },
      body: sent,
      answer: ({ apps, version }) => {
        const saved = apps.settings.find((one) => one.groupCode === groupCode && one.code === code);
        return success(201, JSON.stringify(configurationView(saved ?? setting)), version);
      },
    });
  };
}

export function readConfigurationFilter(query: QueryReader) {
  return {
    groupCode: query.text('groupCode'),
    code: query.text('code'),
    name: query.text('name')?.toLowerCase(),
    description: query.text('description')?.toLowerCase(),
    value: query.text('value')?.toLowerCase(),
    status: query.oneOf('status', STATUSES),
  };
}

/** GET /users/{id}/configurations: codes and status as given, the others in part and in any letter case. */
export function getConfigurations(context: Context): Handler {
  return async (request) => {
    const call = await callOf(request, context);
    const wanted = readQuery(request, readConfigurationFilter);
    const user = await readUser(request, context, call);
    const { groupCode, code, name, description, value, status } = wanted;
    const views = user.apps.settings
      .map(configurationView)
      .filter(
        (one) =>
          (groupCode === undefined || one.groupCode === groupCode) &&
          (code === undefined || one.code === code) &&
          (status === undefined || one.status === status) &&
          contains(one.name, name) &&
          contains(one.description, description) &&
          contains(one.value, value),
      );
    return success(200, JSON.stringify(views), user.version);
  };
}

/** GET /users/{id}/configurations/{configurationId}. It only reads, although a client of the vendor means it to delete. */
export function getConfiguration(context: Context): Handler {
  return async (request) => {
    const user = await readUser(request, context, await callOf(request, context));
    const { configurationId } = paramsOf(request);
    const setting = user.apps.settings.find((one) => one.id === configurationId);
    if (setting === undefined) throw new DomainError('app_setting_not_found');
    return success(200, JSON.stringify(configurationView(setting)), user.version);
  };
}

/** DELETE /users/{id}/configurations/{configurationId} */
export function removeConfiguration(context: Context): Handler {
  return async (request) =>
    changeUser(request, context, await callOf(request, context), {
      name: 'remove-configuration',
      command: { type: 'remove-app-setting', id: paramsOf(request).configurationId ?? '' },
    });
}

function configurationView({ id, groupCode, code, name, value, description, isActive }: AppSetting): ConfigurationView {
  const status = isActive ? 'Active' : 'Inactive';
  return { id, groupCode, code, name, value, description, status, isSystem: false };
}

function contains(text: string | null, part: string | undefined): boolean {
  return part === undefined || (text?.toLowerCase().includes(part) ?? false);
}
