import { METADATA_COLUMNS } from '../../search/metadata.ts';
import { SEARCH_STALE } from '../../settings.ts';
import { SIGNATURE_COLUMNS } from './signature.ts';
import { TRIGRAM_STATEMENTS } from './trigrams.ts';

/** With signatures in front of all else. */
export const SIGNATURE_STATEMENTS = tableAnew(SIGNATURE_COLUMNS.map((name) => `${name} integer`));

/** With all metadata of a user behind them. Long ones are kept beside the table by the database. */
export const METADATA_STATEMENTS = tableAnew([
  ...SIGNATURE_COLUMNS.map((name) => `${name} integer`),
  ...METADATA_COLUMNS.map((name) => `${name} text COLLATE "C"`),
]);

/**
 * The table of lists, with these in front: what comes first in a row is read the quickest, and only new columns would
 * come last.
 */
function tableAnew(front: readonly string[]): readonly string[] {
  return [
    'DROP TABLE user_search',
    `CREATE TABLE user_search (
    created_at bigint NOT NULL,
    ${front.map((column) => `${column} NOT NULL`).join(', ')},
    kind smallint NOT NULL,
    state smallint NOT NULL,
    type smallint NOT NULL,
    email_verified smallint NOT NULL,
    phone_verified smallint NOT NULL,
    fraud smallint NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    realm text COLLATE "C" NOT NULL,
    nick_name_key text COLLATE "C" NOT NULL,
    given_name_key text COLLATE "C" NOT NULL,
    phone_key text COLLATE "C" NOT NULL,
    family_name_key text COLLATE "C" NOT NULL,
    username_key text COLLATE "C" NOT NULL,
    display_name_key text COLLATE "C" NOT NULL,
    email_key text COLLATE "C" NOT NULL,
    username_raw text COLLATE "C" NOT NULL,
    given_name_raw text COLLATE "C" NOT NULL,
    family_name_raw text COLLATE "C" NOT NULL,
    nick_name_raw text COLLATE "C" NOT NULL,
    display_name_raw text COLLATE "C" NOT NULL,
    email_raw text COLLATE "C" NOT NULL,
    phone_raw text COLLATE "C" NOT NULL,
    code text COLLATE "C" NOT NULL,
    referral_code text COLLATE "C" NOT NULL,
    language text COLLATE "C" NOT NULL,
    time_zone text COLLATE "C" NOT NULL,
    package text COLLATE "C" NOT NULL,
    roles text COLLATE "C" NOT NULL,
    avatar_url text COLLATE "C" NOT NULL,
    referrer text COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id)
  )`,
    ...TRIGRAM_STATEMENTS,
    'CREATE INDEX user_search_by_id ON user_search (realm, user_id)',
    'CREATE INDEX user_search_by_created ON user_search (realm, created_at, user_id)',
    'CREATE INDEX user_search_by_username_key ON user_search (realm, username_key, user_id)',
    'CREATE INDEX user_search_by_given_name_key ON user_search (realm, given_name_key, user_id)',
    'CREATE INDEX user_search_by_nick_name_key ON user_search (realm, nick_name_key, user_id)',
    'CREATE INDEX user_search_by_code ON user_search (realm, code, user_id)',
    'CREATE INDEX user_search_by_family_name_key ON user_search (realm, family_name_key, user_id)',
    'CREATE INDEX user_search_by_display_name_key ON user_search (realm, display_name_key, user_id)',
    'CREATE INDEX user_search_by_email_key ON user_search (realm, email_key, user_id)',
    'CREATE INDEX user_search_by_phone_key ON user_search (realm, phone_key, user_id)',
    'CREATE INDEX user_search_by_kind ON user_search (realm, kind, user_id)',
    'CREATE INDEX user_search_by_state ON user_search (realm, state, user_id)',
    "CREATE INDEX user_search_by_referrer ON user_search (realm, referrer, user_id) WHERE referrer <> ''",
    `INSERT INTO settings (name, value) VALUES ('${SEARCH_STALE}', '1') ON CONFLICT (name) DO NOTHING`,
  ];
}
