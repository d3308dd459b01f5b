import type { Schema } from "~/api/types";

export type Scope = Schema<"NewApiKey">["scopes"][number];

/** What a key may be allowed, what reads first. A scope that is missing does not compile. */
const ORDER: Record<Scope, number> = {
  read: 1,
  invite: 2,
  manage_groups: 3,
  manage_codes: 4,
  manage_join_page: 5,
  manage_clients: 6,
  file_requests: 7,
  manage_organization: 8,
  manage_people_data: 9,
};

export const SCOPES = (Object.keys(ORDER) as Scope[]).sort((one, other) => ORDER[one] - ORDER[other]);
