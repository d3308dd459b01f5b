import { Alert, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { ButtonLink } from "~/components/ButtonLink";
import { CopyButton } from "~/components/CopyButton";
import { DateTime } from "~/components/DateTime";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { StateBadge } from "~/components/StateBadge";
import { NotFoundScreen } from "~/shell/ErrorScreens";
import { useOrganization } from "~/shell/organization";
import { stateOf, TONES } from "./erasures";
import { LearnersTabs } from "./LearnersTabs";
import { useErasures } from "./queries";

type Erasure = Schema<"Erasure">;

/** The orders to erase learners, with how far each has come; those who may not give one see none. */
export function ErasuresScreen() {
  const organization = useOrganization();
  return organization.may("manage_people_data") ? <Erasures /> : <NotFoundScreen />;
}

function Erasures() {
  const { t } = useTranslation("learners");
  const organization = useOrganization();
  const list = useErasures(organization.id);
  return (
    <ListPage
      title={t("erasures.title")}
      lead={t("erasures.lead")}
      intro={
        <>
          <LearnersTabs />
          <Failed failed={list.rows.filter((one) => stateOf(one) === "failed").length} />
        </>
      }
      name="erasures"
      list={list}
      columns={useColumns()}
      rowId={(erasure) => erasure.id}
      rowName={(erasure) => erasure.pseudonym}
      rowActions={(erasure) =>
        stateOf(erasure) === "failed" && <CopyButton value={erasure.id} label={t("erasures.copy")} />
      }
      empty={{ title: t("erasures.empty"), text: t("erasures.emptyText") }}
    />
  );
}

/** Says what to do about erasures that were given up. */
function Failed({ failed }: { failed: number }) {
  const { t } = useTranslation("learners");
  const organization = useOrganization();
  return (
    <div role="status">
      {failed > 0 && (
        <Alert
          variant="default"
          mb="md"
          icon={<IconAlertTriangle size={20} />}
          title={t("erasures.failed", { count: failed })}
        >
          <Text size="sm">{t("erasures.failedText")}</Text>
          <Text size="sm" fw={600}>
            {t("erasures.failedAction")}
          </Text>
          {organization.may("file_requests") && (
            <ButtonLink
              mt="sm"
              size="sm"
              variant="default"
              to="/organizations/$organization/requests"
              params={{ organization: organization.id }}
              search={{ new: "other" }}
            >
              {t("erasures.ask")}
            </ButtonLink>
          )}
        </Alert>
      )}
    </div>
  );
}

function useColumns(): ListColumn<Erasure>[] {
  const { t } = useTranslation("learners");
  return [
    {
      id: "pseudonym",
      header: t("erasures.column.pseudonym"),
      isName: true,
      cell: (erasure) => (
        <Text span size="sm" ff="monospace" style={{ overflowWrap: "anywhere" }}>
          {erasure.pseudonym}
        </Text>
      ),
    },
    {
      id: "state",
      header: t("erasures.column.state"),
      cell: (erasure) => (
        <StateBadge tone={TONES[stateOf(erasure)]}>{t(`erasures.state.${stateOf(erasure)}`)}</StateBadge>
      ),
    },
    {
      id: "ordered",
      header: t("erasures.column.ordered"),
      cell: (erasure) => <DateTime value={erasure.ordered_at} style="datetime" />,
    },
    {
      id: "by",
      header: t("erasures.column.by"),
      cell: (erasure) => erasure.ordered_by_name ?? erasure.ordered_by,
    },
    {
      id: "ended",
      header: t("erasures.column.ended"),
      cell: (erasure) => {
        const at = erasure.done_at ?? erasure.failed_at;
        return at ? <DateTime value={at} style="datetime" /> : "–";
      },
    },
  ];
}
