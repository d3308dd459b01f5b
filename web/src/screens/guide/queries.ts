import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";

/** A text that announces the coming invitations, for managers to send from their own address. */
export const announcementQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "announcement"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/announcement", {
          params: { path: { organization } },
          signal,
        }),
      ),
  });
