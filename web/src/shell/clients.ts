/** The clients that a person can switch to. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import { useIdentity } from "./identity";
import type { CurrentOrganization } from "./organization";

interface Named {
  id: string;
  name: string;
}

/** The id of the organization, or of the provider whose client it is, where the person manages one with clients. */
export function useProvider(organization: CurrentOrganization | null): string | undefined {
  const { organizations } = useIdentity();
  return organizations.find(
    (one) => one.id === (organization?.provider ?? organization?.id) && one.has_clients,
  )?.id;
}

/** The first clients whose names begin so: a choice, not a list. */
export const clientsQuery = (provider: string | undefined, q: string) =>
  queryOptions({
    queryKey: ["organizations", provider, "clients", "switcher", q],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/clients", {
          params: { path: { organization: provider ?? "" }, query: q ? { q } : {} },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** Those of the clients that are open, and not listed anyway. */
export function openOf(
  clients: readonly (Named & { closed_at: string | null })[] | undefined,
  listed: readonly Named[],
): Named[] {
  const ids = new Set(listed.map((one) => one.id));
  return (clients ?? []).filter((client) => client.closed_at === null && !ids.has(client.id));
}
