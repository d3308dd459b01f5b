import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { bucketsOf, OUTCOME_COLORS, OUTCOMES, perBucket, type Series } from "~/components/charts/series";
import { TimeChart } from "~/components/charts/TimeChart";
import { useNamedZone } from "~/components/ZoneScope";
import { useOrganization } from "~/shell/organization";

/** Invites that went out, as a line over what became of invites, for each day. */
export function InvitesChart({ days }: { days: readonly Schema<"Day">[] }) {
  const { t } = useTranslation("overview");
  useNamedZone(useOrganization().time_zone);
  const buckets = bucketsOf(days);
  const seriesOf = (kind: "invited" | (typeof OUTCOMES)[number], color: string): Series => ({
    key: kind,
    name: t(`invites.column.${kind}`),
    values: perBucket(buckets, (day) => day[kind]),
    color,
  });
  return (
    <TimeChart
      label={t("invites.title")}
      buckets={buckets}
      series={OUTCOMES.map((outcome) => seriesOf(outcome, OUTCOME_COLORS[outcome]))}
      line={seriesOf("invited", "ink")}
      shape="columns"
      none={t("invites.none")}
    />
  );
}
