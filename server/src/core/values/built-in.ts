/** Instance administrators belong to this organization. It exists from the first start on and has no dialects. */
export const BUILT_IN_ORGANIZATION = { id: '100000000000000000', name: 'Tessera' } as const;
