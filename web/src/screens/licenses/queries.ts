import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { useCursorList } from "~/components/list/cursorList";
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

/** The licenses of products with a word that begins so, or all of them. */
export const foundLicensesQuery = (organization: string, q: string | undefined) =>
  queryOptions({
    queryKey: ["organizations", organization, "licenses", "found", q ?? ""],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/licenses", {
          params: { path: { organization }, query: { q } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
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

/** Who sits in a license, however they came. */
export function useLicenseAccesses(
  organization: string,
  license: string,
  state: Schema<"AccessState"> | undefined,
) {
  return useCursorList({
    queryKey: ["organizations", organization, "licenses", license, "accesses", state ?? ""],
    fetchPage: (cursor, signal) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/licenses/{license}/accesses", {
          params: { path: { organization, license }, query: { state: state && [state], cursor } },
          signal,
        }),
      ),
  });
}

/** What giving the license to these learners needs, and what would become of each. Always as it is now. */
export const assignmentPreviewQuery = (organization: string, license: string, emails: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "licenses", license, "assignment-preview", emails],
    queryFn: ({ signal }) =>
      unwrap(
        api.POST("/v1/organizations/{organization}/licenses/{license}/assign/preview", {
          params: {
            path: { organization, license },
            header: { "Idempotency-Key": crypto.randomUUID() }, // it changes nothing, and is asked anew each time
          },
          body: { emails },
          signal,
        }),
      ),
    enabled: emails.includes("@"),
    staleTime: 0,
    gcTime: 0,
    placeholderData: emails.includes("@") ? keepPreviousData : undefined,
  });

const CHOICES = 20;

/** The first learners whose names or addresses match: a choice, not a list. */
export const learnerChoicesQuery = (organization: string, q: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "learners", "choices", q],
    queryFn: async ({ signal }) =>
      (await unwrap(
        api.GET("/v1/organizations/{organization}/learners", {
          params: { path: { organization }, query: { q: q || undefined, limit: CHOICES } },
          signal,
        }),
      )) as Schema<"LearnerPage">,
    placeholderData: keepPreviousData,
  });

/** Load anew what a command on a license changes. */
export const useLicensesChanged = (organization: string) =>
  useListsChanged(organization, ["licenses", "seat-requests", "learners", "overview", "events"]);
