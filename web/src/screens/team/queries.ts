import { keepPreviousData, queryOptions, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";

/** The team, or those of it whose name or address begins so. */
export const teamQuery = (organization: string, q?: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "team", ...(q ? ["found", q] : [])],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/team", {
          params: { path: { organization }, query: { q } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** Load the team anew, after a command and where somebody else was quicker. */
export function useTeamChanged(organization: string): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: teamQuery(organization).queryKey });
}
