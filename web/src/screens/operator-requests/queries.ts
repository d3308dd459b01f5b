import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { type CursorPage, useCursorList } from "~/components/list/cursorList";
import type { AnyRequest, Kind } from "~/components/requests/requests";
import type { State } from "./filters";

/** How many open ones are counted; more are told as such. */
const COUNTED = 200;
const COUNTS_STALE_MS = 60_000;

const requestsKey = ["operator", "requests"] as const;

function fetchRequests(
  kind: Kind,
  state: State,
  page: { cursor?: string; limit?: number; signal: AbortSignal },
): Promise<CursorPage<AnyRequest>> {
  const { signal, ...paging } = page;
  return kind === "seats"
    ? unwrap(
        api.GET("/v1/operator/seat-requests", {
          params: { query: { state: [state as Schema<"SeatRequestState">], ...paging } },
          signal,
        }),
      )
    : unwrap(
        api.GET("/v1/operator/support-requests", {
          params: { query: { state: [state as Schema<"SupportState">], ...paging } },
          signal,
        }),
      );
}

export function useRequests(kind: Kind, state: State) {
  return useCursorList<AnyRequest>({
    queryKey: [...requestsKey, kind, "list", state],
    fetchPage: (cursor, signal) => fetchRequests(kind, state, { cursor, signal }),
  });
}

/** The open requests of a kind, the oldest first: how many there are, and which comes next. */
export const openQuery = (kind: Kind) =>
  queryOptions({
    queryKey: [...requestsKey, kind, "open"],
    queryFn: ({ signal }) => fetchRequests(kind, "open", { limit: COUNTED, signal }),
    refetchInterval: COUNTS_STALE_MS,
  });

export const requestQuery = (kind: Kind, request: string) =>
  queryOptions<AnyRequest>({
    queryKey: [...requestsKey, kind, "one", request],
    queryFn: ({ signal }) => {
      const params = { path: { request } };
      return kind === "seats"
        ? unwrap(api.GET("/v1/operator/seat-requests/{request}", { params, signal }))
        : unwrap(api.GET("/v1/operator/support-requests/{request}", { params, signal }));
    },
  });

export function useRequestsChanged(): () => Promise<unknown> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: requestsKey });
}
