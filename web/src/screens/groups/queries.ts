import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import { useCursorList } from "~/components/list/cursorList";
import { useListsChanged } from "~/components/useListsChanged";

export function useGroups(organization: string, q: string | undefined) {
  return useCursorList({
    queryKey: ["organizations", organization, "groups", "list", q ?? ""],
    fetchPage: (cursor, signal) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/groups", {
          params: { path: { organization }, query: { q, cursor } },
          signal,
        }),
      ),
  });
}

export function useMembers(organization: string, group: string, q: string | undefined) {
  return useCursorList({
    queryKey: ["organizations", organization, "groups", group, "members", q ?? ""],
    fetchPage: (cursor, signal) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/groups/{group}/members", {
          params: { path: { organization, group }, query: { q, cursor } },
          signal,
        }),
      ),
  });
}

/** The seats that giving a license to the present members needs. Always as it is now. */
export const licensePreviewQuery = (organization: string, group: string, license: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "groups", group, "preview", license],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/groups/{group}/licenses/{license}/preview", {
          params: { path: { organization, group, license } },
          signal,
        }),
      ),
    staleTime: 0,
    gcTime: 0,
  });

/** What putting these addresses into the group needs. */
export const membersPreviewQuery = (organization: string, group: string, emails: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "groups", group, "members-preview", emails],
    queryFn: ({ signal }) =>
      unwrap(
        api.POST("/v1/organizations/{organization}/groups/{group}/members/preview", {
          params: {
            path: { organization, group },
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

/** Load anew what a command on a group changes. */
export const useGroupsChanged = (organization: string, gone?: string) =>
  useListsChanged(organization, ["groups", "licenses", "learners", "events"], gone);
