import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";

/** The notices that the signed-in manager has switched off in the organization. */
export const noticesQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "notices"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/notices", { params: { path: { organization } }, signal }),
      ),
  });
