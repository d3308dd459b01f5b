/** The filters of the list of invites, as they stand in its address and as the API takes them. */

import type { Schema } from "~/api/types";
import type { Sort } from "~/components/list/ListPage";

/** What the list can be narrowed to by its tabs; each is counted. */
export const SHOWN = ["waiting", "expired", "bounced", "accepted", "declined", "withdrawn"] as const;
export type Shown = (typeof SHOWN)[number];

type InviteSort = Schema<"InviteSort">;
const SORTS: readonly InviteSort[] = ["-created", "created", "email", "-email", "name", "-name"];

/** What can be wrong with the newest email of a pending invite. */
export const PROBLEMS: readonly Schema<"DeliveryProblem">[] = ["held", "bounced", "complained"];

export interface InviteFilters {
  show?: Shown;
  q?: string;
  license?: string;
  group?: string;
  /** A client whose invites are listed in place of the organization's own. */
  client?: string;
  delivery?: Schema<"DeliveryProblem">;
  /** Days in the organization's zone. */
  from?: string;
  to?: string;
  sort?: InviteSort;
}

export interface InviteQuery {
  q?: string;
  state?: Schema<"InviteState">[];
  expired?: boolean;
  delivery?: Schema<"DeliveryProblem">[];
  license?: string[];
  group?: string[];
  created_from?: string;
  created_to?: string;
  sort?: InviteSort;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Read the filters in an address; what makes no sense is as if it were not there. */
export function readFilters(search: Record<string, unknown>): InviteFilters {
  const text = (name: string) => {
    const value = search[name];
    return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
  };
  const oneOf = <Value extends string>(name: string, values: readonly Value[]) =>
    values.find((value) => value === text(name));
  const day = (name: string) => (DAY.test(text(name)) ? text(name) : undefined);
  const filters: InviteFilters = {
    // Notices lead to `invites?expired=true`, which is what the API calls it.
    show: oneOf("show", SHOWN) ?? (search.expired === true ? "expired" : undefined),
    q: text("q") || undefined,
    license: text("license") || undefined,
    group: text("group") || undefined,
    client: text("client") || undefined,
    delivery: oneOf("delivery", PROBLEMS),
    from: day("from"),
    to: day("to"),
    sort: oneOf("sort", SORTS),
  };
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
}

const BY_TAB: Record<Shown, Pick<InviteQuery, "state" | "expired" | "delivery">> = {
  waiting: { state: ["pending"], expired: false },
  expired: { state: ["pending"], expired: true },
  bounced: { state: ["pending"], delivery: ["bounced", "complained"] },
  accepted: { state: ["accepted"] },
  declined: { state: ["declined"] },
  withdrawn: { state: ["withdrawn"] },
};

/** Write the filters as the API takes them, but for whose invites are listed. A search has an order of its own. */
export function queryOf(filters: InviteFilters): InviteQuery {
  const { show, q, license, group, delivery, from, to, sort } = filters;
  return {
    ...(show && BY_TAB[show]),
    ...(delivery && show !== "bounced" && { delivery: [delivery] }),
    ...(license && { license: [license] }),
    ...(group && { group: [group] }),
    ...(from && { created_from: from }),
    ...(to && { created_to: to }),
    ...(q ? { q } : sort && { sort }),
  };
}

/** Whether anything but the order is set. */
export function isFiltered({ sort: _, ...filters }: InviteFilters): boolean {
  return Object.values(filters).some((value) => value !== undefined);
}

/** Return how many invites match, where the counts say: of a tab without other filters; they are the client's. */
export function totalOf(
  filters: InviteFilters,
  counts: Schema<"InviteCounts"> | null | undefined,
): number | null {
  const { show, sort: _, client: __, ...others } = filters;
  if (!counts || Object.values(others).some((value) => value !== undefined)) return null;
  return show ? countOf(show, counts) : SHOWN.reduce((sum, one) => sum + distinct(one, counts), 0);
}

export function countOf(shown: Shown, counts: Schema<"InviteCounts">): number {
  return shown === "waiting" ? counts.pending : counts[shown];
}

/** Bounced ones are waiting or expired as well. */
const distinct = (shown: Shown, counts: Schema<"InviteCounts">) =>
  shown === "bounced" ? 0 : countOf(shown, counts);

export function sortOf({ q, sort }: InviteFilters): Sort | null {
  if (q) return null;
  const by = sort ?? "-created";
  return { by: by.replace("-", ""), descending: by.startsWith("-") };
}

export function withSort(filters: InviteFilters, { by, descending }: Sort): InviteFilters {
  return readFilters({ ...filters, sort: `${descending ? "-" : ""}${by}` });
}
