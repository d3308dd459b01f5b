import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import { useListsChanged } from "~/components/useListsChanged";

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

/** How many accesses of a license are reserved, scheduled and active. */
export const accessCountsQuery = (organization: string, license: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "licenses", license, "access-counts"],
    queryFn: async ({ signal }) => {
      const page = await unwrap(
        api.GET("/v1/organizations/{organization}/licenses/{license}/accesses", {
          params: { path: { organization, license }, query: { counts: true, limit: 1 } },
          signal,
        }),
      );
      return page.counts ?? null;
    },
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
export const useLicensesChanged = (organization: string) =>
  useListsChanged(organization, ["licenses", "seat-requests"]);
