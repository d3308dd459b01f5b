import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useOrganization } from "~/shell/organization";
import { textOf } from "./addresses";
import { type Draft, requestOf } from "./draft";
import { previewQuery } from "./queries";

/**
 * What the draft would do now. Once what was pasted has been understood, the draft has it as one address each, and
 * the answer is kept for that, too: nothing is asked twice.
 */
export function usePreview(draft: Draft, set: (part: Partial<Draft>) => void) {
  const organization = useOrganization();
  const client = useQueryClient();
  const query = useQuery({
    ...previewQuery(organization.id, requestOf(draft)),
    enabled: draft.addresses.length > 0,
    placeholderData: keepPreviousData,
  });
  const { data, isPlaceholderData } = query;
  useEffect(() => {
    if (!data || isPlaceholderData || draft.addresses.length === 0) return;
    const results = data.results.filter(({ outcome }) => outcome !== "duplicate");
    const understood = results.map(textOf);
    if (understood.join("\n") === draft.addresses.join("\n")) return;
    const next = { addresses: understood, repeated: draft.repeated + data.totals.duplicates };
    client.setQueryData(previewQuery(organization.id, requestOf({ ...draft, ...next })).queryKey, {
      ...data,
      results,
      totals: { ...data.totals, duplicates: 0 },
    });
    set(next);
  }, [data, isPlaceholderData, draft, client, organization.id, set]);
  return query;
}
