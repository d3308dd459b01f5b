/** What can be given to learners: the licenses and the groups of an organization or of one of its clients. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";

/** The first groups whose names begin so. */
export const groupsOfQuery = (organization: string, search: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "groups", "choice", search],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/groups", {
          params: { path: { organization }, query: search ? { q: search } : {} },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const groupOfQuery = (organization: string, group: string) =>
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
