import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { dayIn, now } from "~/components/dates";
import { type CursorPage, useCursorList } from "~/components/list/cursorList";
import { useOrganization } from "~/shell/organization";
import type { ActivityFilters, ReportFilters } from "./filters";
import { type Period, periodOf } from "./range";

const PAGE = 100;

/** The period that the filters say, in the organization's zone. */
export function usePeriod({ range, from, to }: ReportFilters): Period {
  const { time_zone: zone } = useOrganization();
  return periodOf(range ?? "30d", dayIn(now(), zone), { from, to });
}

export type SummaryQuery = Period & Pick<ReportFilters, "license" | "group" | "client">;

export const summaryQuery = (organization: string, query: SummaryQuery) =>
  queryOptions({
    queryKey: ["organizations", organization, "reports", "summary", query],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/reports/summary", {
          params: { path: { organization }, query: asSummaryFilters(query) },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** The same as the summary takes it: with lists of one. */
const asSummaryFilters = ({ license, group, client, ...period }: SummaryQuery) => ({
  ...period,
  ...(license && { license: [license] }),
  ...(group && { group: [group] }),
  ...(client && { client: [client] }),
});

export type ActivityQuery = SummaryQuery & Pick<ActivityFilters, "state" | "method">;

/** The same as the API's lists and files of people take it: with lists of one. */
export const asFilters = ({ state, method, license, group, ...others }: ActivityQuery) => ({
  ...others,
  ...(state && { state: [state] }),
  ...(method && { method: [method] }),
  ...(license && { license: [license] }),
  ...(group && { group: [group] }),
});

export function useActivity(organization: string, query: ActivityQuery) {
  return useCursorList<Schema<"ActivityRow">>({
    queryKey: ["organizations", organization, "reports", "activity", query],
    fetchPage: async (cursor, signal) => {
      const page = await unwrap(
        api.GET("/v1/organizations/{organization}/reports/activity", {
          params: {
            path: { organization },
            query: { ...asFilters(query), cursor, limit: PAGE },
          },
          signal,
        }),
      );
      // As text the API answers it only where `format` asks for it.
      return page as CursorPage<Schema<"ActivityRow">>;
    },
  });
}
