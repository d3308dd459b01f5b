import { Button, Checkbox, Group, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { License } from "~/api/types";
import { ButtonLink } from "~/components/ButtonLink";
import { clientChoicesQuery, groupChoicesQuery } from "~/components/choices";
import { DateTime } from "~/components/DateTime";
import { now } from "~/components/dates";
import { EmptyState } from "~/components/EmptyState";
import { licensesQuery, sublicensesQuery } from "~/components/licenses";
import { SearchField } from "~/components/list/SearchField";
import { ProblemAlert } from "~/components/ProblemAlert";
import { useOrganization } from "~/shell/organization";
import {
  type Draft,
  licensesOf,
  licenseTarget,
  startIsChoosable,
  type Target,
  type TargetKind,
} from "./draft";
import classes from "./NewInvitesScreen.module.css";
import { StartField } from "./StartField";

const MANY = 8;

interface Props {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  next: () => void;
}

/** To what people are invited: licenses or groups, one's own or a client's, and when access starts. */
export function TargetStep({ draft, set, next }: Props) {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  const missing = draft.targets.length === 0;
  const licenses = licensesOf(draft);
  const fixed = licenses.filter((license) => license.starts_at !== null);
  return (
    <form
      className={classes.card}
      onSubmit={(event) => {
        event.preventDefault();
        if (!missing) next();
      }}
    >
      <Stack>
        {organization.hasClients && <ClientField draft={draft} set={set} />}
        {!organization.require_group && <KindField draft={draft} set={set} />}
        <Targets key={`${draft.client?.id}-${draft.kind}`} draft={draft} set={set} />
        {startIsChoosable(draft) && (
          <StartField
            value={draft.start}
            onChange={(start) => set({ start })}
            licenses={licenses.filter((license) => license.product.kind !== "subscription")}
          />
        )}
        {fixed.map((license) => (
          <Text key={license.id} size="sm" c="dimmed">
            {t("new.ownStart", { product: license.product.name })}{" "}
            <DateTime value={license.starts_at ?? ""} />
          </Text>
        ))}
        <Group justify="flex-end">
          <ButtonLink
            variant="default"
            to="/organizations/$organization/invites"
            params={{ organization: organization.id }}
          >
            {t("new.cancel")}
          </ButtonLink>
          <Button type="submit" disabled={missing} data-autofocus>
            {t("new.continue")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function ClientField({ draft, set }: Omit<Props, "next">) {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  const [name, setName] = useState("");
  const { data } = useQuery(clientChoicesQuery(organization.id, name === draft.client?.name ? "" : name));
  const found = (data?.items ?? []).map((client) => ({ value: client.id, label: client.name }));
  const chosen = draft.client;
  const shown = chosen && !found.some((one) => one.value === chosen.id);
  return (
    <Select
      label={t("new.for")}
      placeholder={organization.name}
      description={t("new.forHint")}
      data={shown ? [{ value: chosen.id, label: chosen.name }, ...found] : found}
      searchable
      clearable
      searchValue={name}
      onSearchChange={setName}
      value={chosen?.id ?? null}
      onChange={(id) => {
        const client = found.find((one) => one.value === id);
        set({ client: client ? { id: client.value, name: client.label } : null, targets: [], start: null });
      }}
    />
  );
}

function KindField({ draft, set }: Omit<Props, "next">) {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  const { data } = useQuery(groupChoicesQuery(draft.client?.id ?? organization.id));
  if (draft.kind === "licenses" && !data?.items.length) return null;
  return (
    <SegmentedControl
      fullWidth
      maw="24rem"
      aria-label={t("new.kind.label")}
      data={[
        { value: "licenses", label: t("new.kind.licenses") },
        { value: "groups", label: t("new.kind.groups") },
      ]}
      value={draft.kind}
      onChange={(kind) => set({ kind: kind as TargetKind, targets: [], start: null })}
    />
  );
}

function Targets({ draft, set }: Omit<Props, "next">) {
  const { t } = useTranslation("invites");
  const [name, setName] = useState("");
  const { offered, error, many } = useOffered(draft, name);
  const toggle = (target: Target) =>
    set({
      targets: draft.targets.some((one) => one.id === target.id)
        ? draft.targets.filter((one) => one.id !== target.id)
        : [...draft.targets, target],
    });
  if (error) return <ProblemAlert error={error} />;
  if (offered && offered.length === 0 && !name) {
    return <EmptyState title={t(`new.none.${draft.kind}.title`)} text={t(`new.none.${draft.kind}.text`)} />;
  }
  const chosen = draft.targets.filter((target) => !offered?.some((one) => one.id === target.id));
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
      <Text component="legend" size="sm" fw={500}>
        {t(`new.choose.${draft.kind}`)}
      </Text>
      {(many || name) && <SearchField label={t("new.find")} value={name} onChange={setName} />}
      <div className={classes.targets}>
        {[...chosen, ...(offered ?? [])].map((target) => (
          <div key={target.id} className={classes.target}>
            <Checkbox
              label={target.name}
              description={<Seats licenses={target.licenses} kind={draft.kind} />}
              checked={draft.targets.some((one) => one.id === target.id)}
              onChange={() => toggle(target)}
            />
          </div>
        ))}
      </div>
    </fieldset>
  );
}

function Seats({ licenses, kind }: { licenses: readonly License[]; kind: TargetKind }) {
  const { t } = useTranslation("invites");
  return licenses
    .map((license) => {
      const left = t("new.left", { count: license.seats.available });
      return kind === "groups" ? `${license.product.name}: ${left}` : left;
    })
    .join(" · ");
}

/** What can be invited to, by its name; licenses that are over cannot. */
function useOffered(draft: Draft, name: string) {
  const organization = useOrganization();
  const client = draft.client?.id;
  const isGroups = draft.kind === "groups";
  const groups = useQuery({ ...groupChoicesQuery(client ?? organization.id, name), enabled: isGroups });
  const own = useQuery({ ...licensesQuery(organization.id), enabled: !isGroups && !client });
  const theirs = useQuery({
    ...sublicensesQuery(organization.id, client ?? ""),
    enabled: !isGroups && !!client,
  });
  const licenses = client ? theirs : own;
  if (isGroups) {
    const offered: readonly Target[] | undefined = groups.data?.items;
    return { offered, error: groups.data ? null : groups.error, many: (offered?.length ?? 0) > MANY };
  }
  const present = now();
  const valid = licenses.data?.items.filter((license) => new Date(license.valid_until) > present);
  return {
    offered: valid
      ?.filter((license) => license.product.name.toLocaleLowerCase().includes(name.toLocaleLowerCase()))
      .map(licenseTarget),
    error: licenses.data ? null : licenses.error,
    many: (valid?.length ?? 0) > MANY,
  };
}
