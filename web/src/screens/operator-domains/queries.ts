import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";

/** A domain that waits, with the connection that it belongs to. */
export type Waiting = Schema<"UnconfirmedDomains"> & { domain: string };

export async function fetchDomains(
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<{ items: Waiting[]; next: string | null }> {
  const page = await unwrap(
    api.GET("/v1/operator/unconfirmed-domains", { params: { query: { cursor } }, signal }),
  );
  return {
    items: page.items.flatMap((one) => one.domains.map((domain) => ({ ...one, domain }))),
    next: page.next,
  };
}

/** Those that wait longest: what operators have before them. */
export const firstDomainsQuery = queryOptions({
  queryKey: ["operator", "domains", "first"],
  queryFn: async ({ signal }) => (await fetchDomains(undefined, signal)).items,
});
