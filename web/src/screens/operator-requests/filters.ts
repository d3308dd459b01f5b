/** Which of the requests an operator looks at, as it stands in the address. */

import type { Kind } from "~/components/requests/requests";

/** What a kind of request can come to; what is open is shown first. */
export const STATES = {
  seats: ["open", "approved", "refused", "withdrawn"],
  support: ["open", "answered", "withdrawn"],
} as const;
export type State = (typeof STATES)[Kind][number];

export interface OperatorFilters {
  kind?: "support";
  state?: State;
}

export function readFilters(search: Record<string, unknown>): OperatorFilters {
  const kind = search.kind === "support" ? "support" : "seats";
  const state = (STATES[kind] as readonly State[]).find((one) => one === search.state);
  return { ...(kind === "support" && { kind }), ...(state && state !== "open" && { state }) };
}

/** The request to answer after this one: the oldest open one that is not it. */
export const nextAfter = <Request extends { id: string }>(
  open: readonly Request[] | undefined,
  id: string,
): Request | undefined => open?.find((one) => one.id !== id);
