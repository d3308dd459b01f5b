/** What learners are given: seats of licenses, or a group with its licenses. */
export interface Gives {
  licenses: readonly string[];
  group: string | null;
}

export const NOTHING: Gives = { licenses: [], group: null };

/** The choice that a link leads to: one license, or nothing yet. */
export const givesLicense = (license: string | undefined): Gives =>
  license ? { licenses: [license], group: null } : NOTHING;

const GROUP = "group:";

/** The values of the field, where a group is told from a license by how it begins. */
export const valuesOf = ({ licenses, group }: Gives): string[] => (group ? [GROUP + group] : [...licenses]);

export const groupValue = (group: string): string => GROUP + group;

/** Read the values that were chosen: a group takes the place of licenses, and a license that of a group. */
export function givesOf(values: readonly string[]): Gives {
  const last = values.at(-1);
  if (last?.startsWith(GROUP)) return { licenses: [], group: last.slice(GROUP.length) };
  return { licenses: values.filter((one) => !one.startsWith(GROUP)), group: null };
}
