import { Checkbox, Group, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clientChoicesQuery } from "~/components/choices";
import { FileDrop } from "~/components/FileDrop";
import { GivesField } from "~/components/gives/GivesField";
import { NOTHING } from "~/components/gives/gives";
import { useOrganization } from "~/shell/organization";
import type { Draft } from "./draft";

const LONGEST_NAME = 80;
const LONGEST_CODE = 40;
const LONGEST_MESSAGE = 2000;
const MOST_CODES = 10_000;

interface Props {
  draft: Draft;
  set: (change: Partial<Draft>) => void;
  reasonFor: (field: string) => string | undefined;
}

/** What all ways have in common: what the codes give, to whom, and until when. */
export function SharedFields({ draft, set, reasonFor }: Props) {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  return (
    <>
      {organization.hasClients && (
        <ClientField
          value={draft.client}
          onChange={(client) => set({ client, gives: NOTHING })}
          error={reasonFor("client")}
        />
      )}
      <GivesField
        label={t("field.gives")}
        organization={draft.client ?? organization.id}
        value={draft.gives}
        onChange={(gives) => set({ gives })}
        error={reasonFor("licenses") ?? reasonFor("license") ?? reasonFor("group")}
      />
      <TextInput
        label={t("field.name")}
        description={t("field.nameHint")}
        maxLength={LONGEST_NAME}
        value={draft.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
        error={reasonFor("name")}
      />
      <Group grow align="flex-start">
        <TextInput
          type="date"
          label={t("field.endsOn")}
          description={t("field.endsOnHint", { zone: organization.time_zone })}
          value={draft.endsOn}
          onChange={(event) => set({ endsOn: event.currentTarget.value })}
          error={reasonFor("ends_on")}
        />
        <TextInput
          label={t("field.domain")}
          description={t("field.domainHint")}
          value={draft.domain}
          onChange={(event) => set({ domain: event.currentTarget.value })}
          error={reasonFor("domain")}
        />
      </Group>
    </>
  );
}

interface ClientProps {
  value: string | null;
  onChange: (client: string | null) => void;
  error?: string;
}

function ClientField({ value, onChange, error }: ClientProps) {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  const [search, setSearch] = useState("");
  const [settled] = useDebouncedValue(search, 250);
  const clients = useQuery(clientChoicesQuery(organization.id, settled));
  return (
    <Select
      label={t("field.client")}
      description={t("field.clientHint")}
      placeholder={t("field.noClient")}
      searchable
      clearable
      clearButtonProps={{ "aria-label": t("field.noClient") }}
      searchValue={search}
      onSearchChange={setSearch}
      withScrollArea={false}
      styles={{ dropdown: { maxHeight: 260, overflowY: "auto" } }}
      data={(clients.data?.items ?? [])
        .filter((client) => !client.closed_at)
        .map((client) => ({ value: client.id, label: client.name }))}
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}

export function OneFields({ draft, set, reasonFor }: Props) {
  const { t } = useTranslation("codes");
  return (
    <>
      <Group grow align="flex-start">
        <TextInput
          label={t("field.code")}
          description={t("field.codeHint")}
          maxLength={LONGEST_CODE}
          autoComplete="off"
          spellCheck={false}
          value={draft.code}
          onChange={(event) => set({ code: event.currentTarget.value })}
          error={reasonFor("code")}
        />
        <NumberInput
          label={t("field.cap")}
          description={t("field.capHint")}
          min={1}
          allowDecimal={false}
          allowNegative={false}
          value={draft.cap}
          onChange={(cap) => set({ cap })}
          error={reasonFor("cap")}
        />
      </Group>
      <Checkbox
        label={t("field.copy")}
        description={t("field.copyHint")}
        checked={draft.copy}
        onChange={(event) => set({ copy: event.currentTarget.checked })}
      />
      {draft.copy && (
        <Textarea
          label={t("field.message")}
          description={t("field.messageHint")}
          autosize
          minRows={2}
          maxLength={LONGEST_MESSAGE}
          value={draft.message}
          onChange={(event) => set({ message: event.currentTarget.value })}
          error={reasonFor("message")}
        />
      )}
    </>
  );
}

export function BatchFields({ draft, set, reasonFor }: Props) {
  const { t } = useTranslation("codes");
  return (
    <Group grow align="flex-start">
      <NumberInput
        label={t("field.count")}
        description={t("field.countHint")}
        min={1}
        max={MOST_CODES}
        allowDecimal={false}
        allowNegative={false}
        required
        withAsterisk={false}
        value={draft.count}
        onChange={(count) => set({ count })}
        error={reasonFor("count")}
      />
      <TextInput
        label={t("field.prefix")}
        description={t("field.prefixHint")}
        value={draft.prefix}
        onChange={(event) => set({ prefix: event.currentTarget.value })}
        error={reasonFor("prefix")}
      />
    </Group>
  );
}

export function ListFields({ draft, set, reasonFor }: Props) {
  const { t } = useTranslation("codes");
  const [file, setFile] = useState<File | null>(null);
  const take = async (chosen: File) => {
    setFile(chosen);
    set({ codes: await chosen.text() });
  };
  return (
    <>
      <FileDrop
        label={t("field.file")}
        hint={t("field.fileHint")}
        accept=".csv,.txt"
        file={file}
        onChange={(chosen) => void take(chosen)}
      />
      <Textarea
        label={t("field.codes")}
        description={t("field.codesHint")}
        autosize
        minRows={3}
        maxRows={8}
        spellCheck={false}
        value={draft.codes}
        onChange={(event) => set({ codes: event.currentTarget.value })}
        error={reasonFor("codes")}
      />
      <Checkbox
        label={t("field.skipInvalid")}
        checked={draft.skipInvalid}
        onChange={(event) => set({ skipInvalid: event.currentTarget.checked })}
      />
    </>
  );
}
