/** The groups and clients of an organization, as several screens choose from them by name. */

import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";

/** The first groups whose names begin so. */
export const groupChoicesQuery = (organization: string, name = "") =>
  queryOptions({
    queryKey: ["organizations", organization, "groups", "choices", name],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/groups", {
          params: { path: { organization }, query: name ? { q: name } : {} },
          signal,
        }),
      ),
    placeholderData: ofSame(organization),
  });

export const groupQuery = (organization: string, group: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "groups", group],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/groups/{group}", {
          params: { path: { organization, group } },
          signal,
        }),
      ),
  });

/** The first clients whose names begin so. */
export const clientChoicesQuery = (organization: string, name = "") =>
  queryOptions({
    queryKey: ["organizations", organization, "clients", "choices", name],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/clients", {
          params: { path: { organization }, query: name ? { q: name } : {} },
          signal,
        }),
      ),
    placeholderData: ofSame(organization),
  });

export const clientQuery = (organization: string, client: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "clients", client],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/clients/{client}", {
          params: { path: { organization, client } },
          signal,
        }),
      ),
  });

interface Asked {
  queryKey: readonly unknown[];
}

/** Keeps what was found before while the next is looked for, unless it was another organization's. */
function ofSame(organization: string) {
  return function keep<Found>(before: Found | undefined, asked?: Asked): Found | undefined {
    return asked?.queryKey[1] === organization ? before : undefined;
  };
}
