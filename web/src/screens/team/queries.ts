import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";

export const teamQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "team"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/team", { params: { path: { organization } }, signal }),
      ),
  });

/** Load the team anew, after a command and where somebody else was quicker. */
export function useTeamChanged(organization: string): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: teamQuery(organization).queryKey });
}
