/** The filters of the list of learners, as they stand in its address. */

import type { Schema } from "~/api/types";

export const STATES = ["scheduled", "active", "ended"] as const;
const SORTS = ["name", "-name", "email", "-email"] as const;

export interface LearnerFilters {
  q?: string;
  license?: string;
  state?: (typeof STATES)[number];
  group?: string;
  /** A client whose learners are listed in place of the organization's own. */
  client?: string;
  sort?: Schema<"LearnerSort">;
}

/** Read the filters of an address; what is none is left out. */
export function learnerFilters(search: Record<string, unknown>): LearnerFilters {
  const text = (name: string) => {
    const value = search[name];
    return typeof value === "string" || typeof value === "number" ? String(value) || undefined : undefined;
  };
  const filters: LearnerFilters = {
    q: text("q"),
    license: text("license"),
    state: STATES.find((state) => state === search.state),
    group: text("group"),
    client: text("client"),
    sort: SORTS.find((sort) => sort === search.sort),
  };
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
}

/** Whether the list is narrowed. */
export const isFiltered = ({ sort: _, ...filters }: LearnerFilters): boolean =>
  Object.values(filters).some((value) => value !== undefined);
