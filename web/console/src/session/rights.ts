/** What an operator is. Each may do what the ones before may. */
export const roles = ['viewer', 'support', 'finance', 'admin'] as const;
export type Role = (typeof roles)[number];

/** A role's name as the server gives it; whoever has an unknown one is shown as the least. */
export function roleOf(name: string): Role {
  return roles.find((role) => role === name.toLowerCase()) ?? 'viewer';
}

/**
 * The permissions that the console asks about, in the server's words. Which role has which is the server's table alone
 * (crates/core/src/operator/role.rs): it says with the sign-in what the operator may do, and nothing else is offered.
 */
export const rights = [
  'see-figures',
  'see-settings',
  'see-users',
  'see-packets',
  'see-audit',
  'see-risk',
  'control-risk',
  'see-disputes',
  'decide-disputes',
  'see-money',
  'set-levels',
  'settle-orders',
  'see-reconciliation',
  'reconcile',
  'change-risk-rules',
  'change-settings',
  'see-operators',
  'change-operators',
] as const;
export type Right = (typeof rights)[number];
