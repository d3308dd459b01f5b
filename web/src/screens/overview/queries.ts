import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";

const RUNNING_MS = 5_000;
const IDLE_MS = 60_000;

/** The organization at a glance; asked for again by itself, and more often while an import is running. */
export const overviewQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "overview"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/overview", { params: { path: { organization } }, signal }),
      ),
    staleTime: 0,
    refetchInterval: (query) => (query.state.data?.imports_running ? RUNNING_MS : IDLE_MS),
  });

/** The last thirty days, day by day. */
export const summaryQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "summary"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/reports/summary", {
          params: { path: { organization } },
          signal,
        }),
      ),
  });
