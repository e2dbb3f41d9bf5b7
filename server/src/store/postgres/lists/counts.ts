/**
 * How many users each realm has, as numbers that add up to it: to count a million rows would take longer than all else a
 * list does, and batches that all change one number would wait for each other.
 */
export const COUNT_STATEMENTS: readonly string[] = [
  `CREATE TABLE user_counts (
    realm text COLLATE "C" NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY,
    users bigint NOT NULL,
    PRIMARY KEY (realm, position)
  )`,
];

/** Numbers of a realm that are left apart. */
const MOST_APART = 100;

/** Makes one number of many. Two processes may do so at once: each adds up what it has taken away. */
export const ADD_UP_COUNTS = `WITH taken AS (
    DELETE FROM user_counts
    WHERE realm IN (SELECT realm FROM user_counts GROUP BY realm HAVING count(*) > ${MOST_APART})
    RETURNING realm, users
  )
  INSERT INTO user_counts (realm, users) SELECT realm, sum(users) FROM taken GROUP BY realm`;
