import { Button, Group, NativeSelect, Text, Title } from "@mantine/core";
import { IconDownload, IconUserPlus } from "@tabler/icons-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { License, Schema } from "~/api/types";
import { AccessBadge } from "~/components/AccessBadge";
import { Outcomes } from "~/components/assigning/Outcomes";
import { DateTime } from "~/components/DateTime";
import { useDownload } from "~/components/download";
import { type ListColumn, ListSection } from "~/components/list/ListPage";
import { ScreenLink } from "~/components/ScreenLink";
import { useOrganization } from "~/shell/organization";
import { type LicenseSearch, STATES } from "./filters";
import { GiveSeatsDialog } from "./GiveSeatsDialog";
import classes from "./People.module.css";
import { useLicenseAccesses } from "./queries";
import { licenseRoute } from "./routes";
import { phaseOf } from "./validity";

type Access = Schema<"LicenseAccess">;

const nameOf = ({ first_name, last_name, email }: Access) =>
  [first_name, last_name].filter(Boolean).join(" ") || email;

/** Who sits in a license, however they came, and the way to give learners a seat by hand. */
export function People({ license }: { license: License }) {
  const { t } = useTranslation("licenses");
  const organization = useOrganization();
  const { state, give } = licenseRoute.useSearch();
  const navigate = licenseRoute.useNavigate();
  const list = useLicenseAccesses(organization.id, license.id, state);
  const columns = useColumns();
  const download = useDownload();
  const [results, setResults] = useState<readonly Schema<"Assigned">[]>([]);
  const id = useId();
  const change = (part: LicenseSearch) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  const isOver = phaseOf(license, new Date()) === "over";
  const mayGive = organization.may("invite") && !organization.require_group && !isOver;
  return (
    <section aria-labelledby={id} className={classes.section}>
      <Group justify="space-between" align="flex-end" gap="sm">
        <div>
          <Title order={2} size="h4" id={id}>
            {t("people.title")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("people.lead")}
          </Text>
        </div>
        <Group gap="sm">
          {list.rows.length > 0 && (
            <Button
              variant="default"
              size="sm"
              leftSection={<IconDownload size={16} stroke={1.8} />}
              loading={download.isPending}
              onClick={() =>
                download.start({
                  what: "license_accesses",
                  license: license.id,
                  state: state ? [state] : [],
                })
              }
            >
              {t("people.download")}
            </Button>
          )}
          {mayGive && (
            <Button
              size="sm"
              variant={license.seats.available > 0 ? "filled" : "default"}
              leftSection={<IconUserPlus size={16} stroke={1.8} />}
              onClick={() => change({ give: true })}
            >
              {t("give.action")}
            </Button>
          )}
        </Group>
      </Group>
      <Outcomes
        results={results}
        title={(count) => t("give.notGiven", { count })}
        onClose={() => setResults([])}
      />
      <ListSection
        title={t("people.title")}
        name="license-people"
        list={list}
        columns={columns}
        rowId={(access) => access.person}
        rowName={nameOf}
        filters={
          <NativeSelect
            aria-label={t("people.state")}
            value={state ?? ""}
            onChange={(event) =>
              change({ state: STATES.find((one) => one === event.currentTarget.value) ?? undefined })
            }
            data={[
              { value: "", label: t("people.holding") },
              ...STATES.map((one) => ({ value: one, label: t(`learners:state.${one}`) })),
            ]}
          />
        }
        filtered={state !== undefined}
        onClearFilters={() => change({ state: undefined })}
        empty={{
          title: t("people.empty"),
          text: organization.require_group ? t("people.emptyByGroup") : t("people.emptyText"),
        }}
      />
      {mayGive && (
        <GiveSeatsDialog
          license={license}
          opened={give === true}
          onClose={() => change({ give: undefined })}
          onResults={setResults}
        />
      )}
    </section>
  );
}

function useColumns(): ListColumn<Access>[] {
  const { t } = useTranslation("licenses");
  return [
    {
      id: "name",
      header: t("people.name"),
      isName: true,
      cell: (access) => (
        <ScreenLink
          // Whoever is only invited may be no learner yet.
          to={
            access.state === "reserved" && access.invite
              ? `invites/${access.invite}`
              : `learners/${access.person}`
          }
          className={classes.name}
        >
          {nameOf(access)}
        </ScreenLink>
      ),
    },
    { id: "email", header: t("people.email"), cell: (access) => <Text size="sm">{access.email}</Text> },
    { id: "state", header: t("people.state"), cell: (access) => <AccessBadge state={access.state} /> },
    {
      id: "method",
      header: t("people.method"),
      cell: (access) => (access.method ? t(`learners:method.${access.method}`) : "–"),
    },
    {
      id: "starts",
      header: t("people.starts"),
      cell: (access) =>
        access.starts_at ? <DateTime value={access.starts_at} /> : t("learners:accesses.onAcceptance"),
    },
    {
      id: "ends",
      header: t("people.ends"),
      cell: (access) => <DateTime value={access.ends_at} end />,
    },
  ];
}
