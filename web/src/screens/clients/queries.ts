import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import { useCursorList } from "~/components/list/cursorList";

const keyOf = (organization: string) => ["organizations", organization, "clients"] as const;

export function useClients(organization: string, q: string | undefined) {
  return useCursorList({
    queryKey: [...keyOf(organization), "list", q ?? ""],
    fetchPage: (cursor, signal) => fetchClients(organization, { q, cursor }, signal),
  });
}

export function fetchClients(
  organization: string,
  query: { q?: string; cursor?: string; limit?: number },
  signal?: AbortSignal,
) {
  return unwrap(
    api.GET("/v1/organizations/{organization}/clients", {
      params: { path: { organization }, query },
      signal,
    }),
  );
}

export const clientTeamQuery = (client: string) =>
  queryOptions({
    queryKey: ["organizations", client, "team"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/team", {
          params: { path: { organization: client } },
          signal,
        }),
      ),
  });

export const clientJoinPageQuery = (client: string) =>
  queryOptions({
    queryKey: ["organizations", client, "join-page"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/join-page", {
          params: { path: { organization: client } },
          signal,
        }),
      ),
  });

interface Move {
  organization: string;
  client: string;
  sublicense: string;
  /** Below zero, back to the provider's license. */
  seats: number;
}

export function moveSeats({ organization, client, sublicense, seats }: Move, idempotencyKey: string) {
  return unwrap(
    api.POST("/v1/organizations/{organization}/clients/{client}/sublicenses/{sublicense}/seats", {
      params: {
        path: { organization, client, sublicense },
        header: { "Idempotency-Key": idempotencyKey },
      },
      body: { seats },
    }),
  );
}

/** Load anew what a command on a client changes, in both organizations. */
export function useClientsChanged(organization: string): (client?: string) => Promise<unknown> {
  const cache = useQueryClient();
  return (client) =>
    Promise.all([
      ...["clients", "licenses", "overview"].map((list) =>
        cache.invalidateQueries({ queryKey: ["organizations", organization, list] }),
      ),
      ...(client ? [cache.invalidateQueries({ queryKey: ["organizations", client] })] : []),
    ]);
}
