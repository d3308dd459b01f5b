/** Files that the browser saves. */

import { useMutation } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import type { paths } from "~/api/schema";
import { useOrganization } from "~/shell/organization";
import { toastFailed } from "./toasts";

type Export =
  paths["/v1/organizations/{organization}/downloads"]["post"]["requestBody"]["content"]["application/json"];

/**
 * Download a list as a file: the browser follows a link that works for five minutes (decision 60). Another
 * organization than that of the screen is the one that is asked, such as for a list of a client of it.
 */
export function useDownload(asked?: string) {
  const { id } = useOrganization();
  const command = useMutation({
    mutationFn: (what: Export) =>
      unwrap(
        api.POST("/v1/organizations/{organization}/downloads", {
          params: { path: { organization: asked ?? id } },
          body: what,
        }),
      ),
    onSuccess: (link) => save(new URL(link.url).pathname, ""),
    onError: toastFailed,
  });
  return { start: (what: Export) => command.mutate(what), isPending: command.isPending };
}

/** Save what is in memory as a file of this name. */
export function saveFile(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  save(address, name);
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** `name` is empty where the answer says it. */
function save(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}
