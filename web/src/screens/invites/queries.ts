import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { withActorNames } from "~/components/actors";
import type { InviteQuery } from "./filters";

export type Invite = Schema<"Invite">;

const PAGE = 100;
const LARGEST_PAGE = 200;

export const invitesKey = (organization: string) => ["organizations", organization, "invites"] as const;

export function fetchInvites(
  organization: string,
  query: InviteQuery & { client?: string },
  cursor: string | undefined,
  signal?: AbortSignal,
  limit = PAGE,
) {
  return unwrap(
    api.GET("/v1/organizations/{organization}/invites", {
      params: { path: { organization }, query: { ...query, cursor, limit } },
      // Lists of a filter's values are separated by commas.
      querySerializer: { array: { style: "form", explode: false } },
      signal,
    }),
  );
}

/** Return all invites that match, also those that nobody has looked at. */
export async function fetchAllInvites(organization: string, query: InviteQuery): Promise<Invite[]> {
  const found: Invite[] = [];
  let cursor: string | undefined;
  do {
    const page = await fetchInvites(organization, query, cursor, undefined, LARGEST_PAGE);
    found.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return found;
}

export const inviteCountsQuery = (organization: string, client?: string) =>
  queryOptions({
    queryKey: [...invitesKey(client ?? organization), "counts"],
    queryFn: async ({ signal }) => {
      const page = await unwrap(
        api.GET("/v1/organizations/{organization}/invites", {
          params: { path: { organization }, query: { client, counts: true, limit: 1 } },
          signal,
        }),
      );
      return page.counts ?? null;
    },
  });

export const inviteQuery = (organization: string, invite: string) =>
  queryOptions({
    queryKey: [...invitesKey(organization), "one", invite],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/invites/{invite}", {
          params: { path: { organization, invite } },
          signal,
        }),
      ),
  });

/** How soon a history without any event is asked for again: what has just happened is listed after a few moments. */
const SOON_MS = 2_000;

export const inviteEventsQuery = (organization: string, invite: string) => ({
  queryKey: [...invitesKey(organization), "one", invite, "events"],
  fetchPage: async (cursor: string | undefined, signal: AbortSignal) =>
    withActorNames(
      await unwrap(
        api.GET("/v1/organizations/{organization}/events", {
          params: { path: { organization }, query: { invite, cursor } },
          signal,
        }),
      ),
    ),
  refetchInterval: (rows: readonly unknown[]) => (rows.length === 0 ? SOON_MS : false),
});

/** What the invited person has; they are a learner once they accepted something. */
export const learnerQuery = (organization: string, learner: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "learners", learner],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/learners/{learner}", {
          params: { path: { organization, learner } },
          signal,
        }),
      ),
  });

export type NewInvites = Schema<"NewInvites">;

export const previewQuery = (organization: string, body: NewInvites) =>
  queryOptions({
    queryKey: ["organizations", organization, "invite-previews", body],
    queryFn: ({ signal }) =>
      unwrap(
        api.POST("/v1/organizations/{organization}/invites/preview", {
          params: { path: { organization } },
          body,
          signal,
        }),
      ),
    staleTime: 5_000,
  });

export const emailPreviewQuery = (organization: string, body: NewInvites) =>
  queryOptions({
    queryKey: ["organizations", organization, "invite-previews", "email", body],
    queryFn: ({ signal }) =>
      unwrap(
        api.POST("/v1/organizations/{organization}/invites/preview-email", {
          params: { path: { organization } },
          body,
          signal,
        }),
      ),
  });

/** Load anew what a command on invites changes: invites, seats, learners and what counts them. */
export function useInvitesChanged(organization: string): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    client.invalidateQueries({
      queryKey: ["organizations", organization],
      // The organization itself stays: its frame waits for it.
      predicate: ({ queryKey }) => queryKey.length > 2,
    });
}
