import { keepPreviousData, queryOptions, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { type LogEvent, logEventsOf } from "~/components/events/event";
import { type CursorList, useCursorList } from "~/components/list/cursorList";
import { type EventFilters, queryOf } from "./filters";

const PAGE = 100;
const CHOICES = 20;
const NEWS_MS = 20_000;

const logKey = (organization: string, filters: EventFilters) =>
  ["organizations", organization, "events", "log", filters] as const;

async function fetchEvents(
  organization: string,
  filters: EventFilters,
  page: { cursor?: string; limit: number },
  signal: AbortSignal,
): Promise<{ items: LogEvent[]; next: string | null }> {
  return logEventsOf(
    await unwrap(
      api.GET("/v1/organizations/{organization}/events", {
        params: { path: { organization }, query: { ...queryOf(filters), ...page } },
        signal,
      }),
    ),
  );
}

/** The events that match, newest first. */
export function useEvents(organization: string, filters: EventFilters): CursorList<LogEvent> {
  return useCursorList({
    queryKey: logKey(organization, filters),
    fetchPage: (cursor, signal) => fetchEvents(organization, filters, { cursor, limit: PAGE }, signal),
  });
}

/** The newest event that matches, asked for again by itself. */
export const newestQuery = (organization: string, filters: EventFilters) =>
  queryOptions({
    queryKey: ["organizations", organization, "events", "newest", filters],
    queryFn: async ({ signal }) =>
      (await fetchEvents(organization, filters, { limit: 1 }, signal)).items[0]?.id ?? null,
    refetchInterval: NEWS_MS,
    staleTime: 0,
  });

export function useShowNews(organization: string, filters: EventFilters): () => void {
  const client = useQueryClient();
  return () => void client.resetQueries({ queryKey: logKey(organization, filters) });
}

/** The first learners whose name or address matches: a choice, not a list. */
export const learnerChoicesQuery = (organization: string, q: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "learners", "choices", q],
    queryFn: async ({ signal }) => {
      const query = { limit: CHOICES, ...(q ? { q } : { sort: "name" as const }) };
      const page = await unwrap(
        api.GET("/v1/organizations/{organization}/learners", {
          params: { path: { organization }, query },
          signal,
        }),
      );
      return (page as Schema<"LearnerPage">).items;
    },
    placeholderData: keepPreviousData,
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

export const teamQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "team"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/team", { params: { path: { organization } }, signal }),
      ),
  });
