/** What an operator is. Each may do what the ones before may. */
export const roles = ['viewer', 'support', 'finance', 'admin'] as const;
export type Role = (typeof roles)[number];

/**
 * The least role for each permission, as in the core's table (crates/core/src/operator/role.rs). The server decides;
 * this only keeps a role from being offered what it would be refused.
 */
export const least = {
  seeFigures: 'viewer',
  seeSettings: 'viewer',
  seeUsers: 'support',
  seePackets: 'support',
  seeAudit: 'support',
  seeRisk: 'support',
  controlRisk: 'support',
  seeDisputes: 'support',
  decideDisputes: 'finance',
  seeMoney: 'finance',
  setLevels: 'finance',
  seeReconciliation: 'finance',
  reconcile: 'finance',
  changeRiskRules: 'admin',
  changeSettings: 'admin',
  seeOperators: 'admin',
  changeOperators: 'admin',
} as const satisfies Record<string, Role>;

export type Right = keyof typeof least;

export function may(role: Role, right: Right): boolean {
  return roles.indexOf(role) >= roles.indexOf(least[right]);
}

/** A role's name as the server gives it, in any case; whoever has an unknown one is offered the least. */
export function roleOf(name: string): Role {
  return roles.find((role) => role === name.toLowerCase()) ?? 'viewer';
}
