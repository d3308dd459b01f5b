import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";

export const licenseQuery = (organization: string, license: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "licenses", license],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/licenses/{license}", {
          params: { path: { organization, license } },
          signal,
        }),
      ),
  });

/** The newest requests for seats, of which the open ones are shown with their license. */
export const seatRequestsQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "seat-requests"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/seat-requests", {
          params: { path: { organization } },
          signal,
        }),
      ),
  });

/** Load anew what a command on a license changes. */
export function useLicensesChanged(organization: string): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all(
      ["licenses", "seat-requests"].map((list) =>
        client.invalidateQueries({ queryKey: ["organizations", organization, list] }),
      ),
    );
}
