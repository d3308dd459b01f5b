import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { type CursorList, useCursorList } from "~/components/list/cursorList";
import { useListsChanged } from "~/components/useListsChanged";

export const joinPageQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "join-page"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/join-page", { params: { path: { organization } }, signal }),
      ),
  });

/** How many requests there are in each state. */
export const joinCountsQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "join-requests", "counts"],
    queryFn: async ({ signal }) => {
      const page = await unwrap(
        api.GET("/v1/organizations/{organization}/join-requests", {
          params: { path: { organization }, query: { counts: true, limit: 1 } },
          signal,
        }),
      );
      return page.counts ?? null;
    },
  });

export function useJoinRequests(
  organization: string,
  state: Schema<"JoinState">,
  q: string | undefined,
): CursorList<Schema<"JoinRequest">> {
  return useCursorList({
    queryKey: ["organizations", organization, "join-requests", state, q],
    fetchPage: (cursor, signal) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/join-requests", {
          params: { path: { organization }, query: { state: [state], q, cursor } },
          signal,
        }),
      ),
  });
}

/** Replace the settings by these. */
export function saveJoinPage(organization: string, settings: Schema<"JoinPageChange">) {
  return unwrap(
    api.PUT("/v1/organizations/{organization}/join-page", {
      params: { path: { organization } },
      body: settings,
    }),
  );
}

/** Load anew what a command on the page or on a request changes. */
export const useJoinPageChanged = (organization: string) =>
  useListsChanged(organization, ["join-page", "join-requests", "licenses", "overview", "learners"]);
