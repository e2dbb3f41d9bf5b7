import Type from 'typebox';
import { DEFAULT_HASH_SCHEMES, HASH_SCHEMES } from '../core/values/password-hash-schemes.ts';
import { DEFAULT_COMPLEXITY } from '../core/values/password-policy.ts';
import { members } from './setup-values.ts';

export const POLICY_DEFAULTS = {
  passwordComplexity: DEFAULT_COMPLEXITY,
  lockout: { maxPasswordAttempts: 0, showFailures: true },
  passwordHashes: DEFAULT_HASH_SCHEMES,
  domain: { userLoginMustBeDomain: false },
};

const complexity = POLICY_DEFAULTS.passwordComplexity;

function needs(what: string, byDefault: boolean) {
  return Type.Optional(Type.Boolean({ description: `Whether a password needs ${what}.`, default: byDefault }));
}

export const Policies = members({
  passwordComplexity: Type.Optional(
    members(
      {
        minLength: Type.Optional(
          Type.Integer({
            description: 'Fewest characters of a password.',
            minimum: 1,
            maximum: 200,
            default: complexity.minLength,
          }),
        ),
        lower: needs('a lower-case letter', complexity.lower),
        upper: needs('an upper-case letter', complexity.upper),
        digit: needs('a digit', complexity.digit),
        symbol: needs('a character that is neither letter nor digit', complexity.symbol),
      },
      'What a password set through the Zitadel dialect must contain.',
    ),
  ),
  lockout: Type.Optional(
    members(
      {
        maxPasswordAttempts: Type.Optional(
          Type.Integer({
            description: 'Failed password checks after which a user is locked; 0 means never.',
            minimum: 0,
            default: POLICY_DEFAULTS.lockout.maxPasswordAttempts,
          }),
        ),
        showFailures: Type.Optional(
          Type.Boolean({
            description: 'Whether Zitadel clients are told how often a current password was wrong.',
            default: POLICY_DEFAULTS.lockout.showFailures,
          }),
        ),
      },
      'When a user is locked.',
    ),
  ),
  passwordHashes: Type.Optional(
    Type.Array(Type.Enum(HASH_SCHEMES), {
      description: 'Schemes of ready-made password hashes that may be brought along.',
      uniqueItems: true,
      default: POLICY_DEFAULTS.passwordHashes,
    }),
  ),
  domain: Type.Optional(
    members(
      {
        userLoginMustBeDomain: Type.Optional(
          Type.Boolean({
            description: 'Whether login names end in a domain of the organization.',
            default: POLICY_DEFAULTS.domain.userLoginMustBeDomain,
          }),
        ),
      },
      'What login names are like.',
    ),
  ),
});
