import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { type CursorList, useCursorList } from "~/components/list/cursorList";
import { useListsChanged } from "~/components/useListsChanged";
import type { CodesFilters } from "./routes";

export type Code = Schema<"Code">;

/** The codes that fit; each page of the list has codes in it, though one of the API's may have none. */
export function useCodes(organization: string, filters: CodesFilters, limit = 50): CursorList<Code> {
  return useCursorList({
    queryKey: ["organizations", organization, "codes", "list", filters, limit],
    fetchPage: async (from, signal) => {
      const { kind, state, q } = filters;
      const sort = q ? undefined : filters.sort;
      const query = { ...filters, kind: kind && [kind], state: state && [state], sort, limit };
      let cursor = from;
      for (;;) {
        const page = await unwrap(
          api.GET("/v1/organizations/{organization}/codes", {
            params: { path: { organization }, query: { ...query, cursor } },
            signal,
          }),
        );
        if (page.items.length > 0 || !page.next) return page;
        cursor = page.next;
      }
    },
  });
}

/** How many codes there are in each state, whatever the filters. */
export const codeCountsQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "codes", "counts"],
    queryFn: async ({ signal }) => {
      const page = await unwrap(
        api.GET("/v1/organizations/{organization}/codes", {
          params: { path: { organization }, query: { counts: true, limit: 1 } },
          signal,
        }),
      );
      return page.counts ?? null;
    },
  });

export const codeQuery = (organization: string, code: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "codes", "one", code],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/codes/{code}", {
          params: { path: { organization, code } },
          signal,
        }),
      ),
  });

export function useUses(organization: string, code: string, q?: string): CursorList<Schema<"Use">> {
  return useCursorList({
    queryKey: ["organizations", organization, "codes", "uses", code, q],
    fetchPage: (cursor, signal) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/codes/{code}/uses", {
          params: { path: { organization, code }, query: { cursor, q } },
          signal,
        }),
      ),
  });
}

/** The uses of all codes, those of removed ones included. */
export function useAllUses(organization: string): CursorList<Schema<"Use">> {
  return useCursorList({
    queryKey: ["organizations", organization, "codes", "uses"],
    fetchPage: (cursor, signal) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/code-uses", {
          params: { path: { organization }, query: { cursor } },
          signal,
        }),
      ),
  });
}

export function useBatches(organization: string): CursorList<Schema<"CodeBatch">> {
  return useCursorList({
    queryKey: ["organizations", organization, "codes", "batches"],
    fetchPage: (cursor, signal) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/code-batches", {
          params: { path: { organization }, query: { cursor } },
          signal,
        }),
      ),
  });
}

/** The batch that the list is narrowed to, by which it is named. */
export function useBatch(organization: string, batch: string | undefined) {
  return useQuery({
    queryKey: ["organizations", organization, "codes", "batch", batch],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/code-batches/{batch}", {
          params: { path: { organization, batch: batch ?? "" } },
          signal,
        }),
      ),
    enabled: batch !== undefined,
  });
}

/** Load anew what a command on codes changes. */
export const useCodesChanged = (organization: string, gone?: string) =>
  useListsChanged(organization, ["codes"], gone);
