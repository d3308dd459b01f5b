import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import { useCursorList } from "~/components/list/cursorList";
import type { AnyRequest, Kind } from "~/components/requests/requests";
import { useListsChanged } from "~/components/useListsChanged";

import { type RequestState, STATES } from "./routes";

const LISTS = {
  seats: "/v1/organizations/{organization}/seat-requests",
  support: "/v1/organizations/{organization}/support-requests",
} as const;

const keyOf = (organization: string, kind: Kind) =>
  ["organizations", organization, kind === "seats" ? "seat-requests" : "support-requests"] as const;

export function useRequests(organization: string, kind: Kind, state: RequestState | undefined) {
  return useCursorList<AnyRequest>({
    queryKey: [...keyOf(organization, kind), "list", state],
    fetchPage: async (cursor, signal) => {
      const path = { organization };
      if (kind === "seats") {
        const wanted = STATES.seats.filter((one) => one === state);
        const query = { cursor, state: wanted };
        return unwrap(api.GET(LISTS.seats, { params: { path, query }, signal }));
      }
      const wanted = STATES.support.filter((one) => one === state);
      const query = { cursor, state: wanted };
      return unwrap(api.GET(LISTS.support, { params: { path, query }, signal }));
    },
  });
}

/** How many requests of a kind are open. */
export const openCountQuery = (organization: string, kind: Kind) =>
  queryOptions({
    queryKey: [...keyOf(organization, kind), "counts"],
    queryFn: async ({ signal }) => {
      const page = await unwrap(
        api.GET(LISTS[kind], {
          params: { path: { organization }, query: { counts: true, limit: 1 } },
          signal,
        }),
      );
      return page.counts?.open ?? 0;
    },
  });

export const requestQuery = (organization: string, kind: Kind, request: string) =>
  queryOptions<AnyRequest>({
    queryKey: [...keyOf(organization, kind), "one", request],
    queryFn: ({ signal }) => {
      const params = { path: { organization, request } };
      return kind === "seats"
        ? unwrap(api.GET(`${LISTS.seats}/{request}`, { params, signal }))
        : unwrap(api.GET(`${LISTS.support}/{request}`, { params, signal }));
    },
  });

/** Load anew what a request changes, here and on other screens. */
export const useRequestsChanged = (organization: string) =>
  useListsChanged(organization, ["seat-requests", "support-requests", "overview", "licenses"]);
