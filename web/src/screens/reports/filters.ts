/** What the reports are narrowed to, as it stands in their addresses. */

import type { Schema } from "~/api/types";
import { RANGES, type Range } from "./range";

export const STATES = ["pending", "accepted", "declined", "withdrawn"] as const;
export const METHODS = [
  "invite",
  "code",
  "join_page",
  "single_sign_on",
  "group",
  "assignment",
  "self_assignment",
] as const;

export interface ReportFilters {
  range?: Range;
  /** The days of a range of one's own. */
  from?: string;
  to?: string;
  license?: string;
  group?: string;
  client?: string;
}

export interface ActivityFilters extends ReportFilters {
  state?: Schema<"InviteState">;
  method?: Schema<"EnrollmentMethod">;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

const withoutNone = <Filters extends object>(filters: Filters): Filters =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)) as Filters;

/** Read the filters in an address; what makes no sense is as if it were not there. */
export function readFilters(search: Record<string, unknown>): ReportFilters {
  const text = (name: string) => {
    const value = search[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const day = (name: string) => (DAY.test(text(name) ?? "") ? text(name) : undefined);
  const [from, to] = [day("from"), day("to")];
  const named = RANGES.find((range) => range === search.range);
  const range = from || to ? "own" : named;
  return withoutNone({
    range: range === "30d" ? undefined : range,
    from,
    to,
    license: text("license"),
    group: text("group"),
    client: text("client"),
  });
}

export const readActivityFilters = (search: Record<string, unknown>): ActivityFilters =>
  withoutNone({
    ...readFilters(search),
    state: STATES.find((state) => state === search.state),
    method: METHODS.find((method) => method === search.method),
  });

/** Whether anything but the period is set. */
export const isFiltered = ({ range: _, from: __, to: ___, ...filters }: ActivityFilters): boolean =>
  Object.values(filters).some((value) => value !== undefined);
