/** The filters of the event log, as they stand in its address and as the API takes them. */

import type { paths } from "~/api/schema";
import type { Schema } from "~/api/types";

export type EventType = Schema<"Event">["type"];

type Query = NonNullable<paths["/v1/organizations/{organization}/events"]["get"]["parameters"]["query"]>;

export interface EventFilters {
  /** One type, or several by commas. */
  type?: string;
  actor?: string;
  person?: string;
  invite?: string;
  license?: string;
  /** Days in the organization's zone. */
  from?: string;
  to?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TYPES = /^[a-z_]+\.[a-z_]+(,[a-z_]+\.[a-z_]+){0,19}$/;

/** Read the filters in an address; what makes no sense is as if it were not there. */
export function readFilters(search: Record<string, unknown>): EventFilters {
  const text = (name: string, form = /./) => {
    const value = search[name];
    return typeof value === "string" && form.test(value) ? value : undefined;
  };
  const filters: EventFilters = {
    type: text("type", TYPES),
    actor: text("actor"),
    person: text("person"),
    invite: text("invite"),
    license: text("license"),
    from: text("from", DAY),
    to: text("to", DAY),
  };
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
}

export const queryOf = ({ type, ...filters }: EventFilters): Query =>
  ({ ...filters, ...(type && { type: type.split(",") }) }) as Query;

export const isFiltered = (filters: EventFilters): boolean =>
  Object.values(filters).some((value) => value !== undefined);
