import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import type { paths } from "~/api/schema";
import type { Schema } from "~/api/types";
import { withActorNames } from "~/components/actors";
import { type CursorList, useCursorList } from "~/components/list/cursorList";
import { useListsChanged } from "~/components/useListsChanged";
import { stateOf } from "./erasures";
import type { LearnerFilters } from "./filters";

/** The learners that match, each with accesses and groups. An order and a search exclude each other. */
export function useLearners(organization: string, filters: LearnerFilters) {
  return useCursorList({
    queryKey: ["organizations", filters.client ?? organization, "learners", "list", filters],
    fetchPage: (cursor, signal) => fetchLearners(organization, { ...queryOf(filters), cursor }, signal),
  });
}

type Query = paths["/v1/organizations/{organization}/learners"]["get"]["parameters"]["query"];

/** Read a page of learners; as text the API answers them only where `format` asks for it. */
export async function fetchLearners(
  organization: string,
  query: Query,
  signal: AbortSignal,
): Promise<Schema<"LearnerPage">> {
  const call = api.GET("/v1/organizations/{organization}/learners", {
    params: { path: { organization }, query },
    signal,
  });
  return (await unwrap(call)) as Schema<"LearnerPage">;
}

function queryOf({ q, license, state, group, client, sort }: LearnerFilters) {
  return {
    client,
    q,
    license: license ? [license] : undefined,
    state: state ? [state] : undefined,
    group: group ? [group] : undefined,
    sort: q ? undefined : (sort ?? "name"),
    include: ["accesses" as const, "groups" as const],
  };
}

/** How many learners there are, whatever the filters. */
export const learnerCountQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "learners", "counts"],
    queryFn: async ({ signal }) => {
      const page = await fetchLearners(organization, { counts: true, limit: 1 }, signal);
      return page.counts?.total ?? null;
    },
  });

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

/** What happened to a learner, newest first. */
export function useLearnerEvents(organization: string, learner: string) {
  return useCursorList({
    queryKey: ["organizations", organization, "events", { person: learner }],
    fetchPage: async (cursor, signal) =>
      withActorNames(
        await unwrap(
          api.GET("/v1/organizations/{organization}/events", {
            params: { path: { organization }, query: { person: learner, limit: 20, cursor } },
            signal,
          }),
        ),
      ),
  });
}

/** How often the orders are read again while one is being carried out. */
const ERASING_MS = 4000;

/** The orders to erase learners, newest first; read again by themselves until all of them have ended. */
export function useErasures(organization: string): CursorList<Schema<"Erasure">> {
  return useCursorList({
    queryKey: ["organizations", organization, "erasures"],
    fetchPage: (cursor, signal) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/erasures", {
          params: { path: { organization }, query: { cursor } },
          signal,
        }),
      ),
    refetchInterval: (rows) => (rows.some((one) => stateOf(one) === "running") ? ERASING_MS : false),
  });
}

/** Load anew what a command on a learner changes. */
export const useLearnersChanged = (organization: string, gone?: string) =>
  useListsChanged(organization, ["learners", "erasures", "events", "invites", "licenses", "groups"], gone);
