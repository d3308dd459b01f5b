import { Fieldset, Group, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Organization } from "~/api/types";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { useOrganizationsChanged } from "./queries";
import { slugOf } from "./slug";

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const EMPTY = { name: "", slug: "", time_zone: HERE, email: "", first_name: "", last_name: "" };
const FIELDS = ["name", "slug", "time_zone", "email", "first_name", "last_name"];

interface Props {
  opened: boolean;
  onClose: () => void;
  onCreated: (organization: Organization) => void;
}

/** A new organization, and the invitation of its first manager. */
export function CreateOrganizationDialog({ opened, onClose, onCreated }: Props) {
  const { t } = useTranslation("operator");
  const changed = useOrganizationsChanged();
  const [draft, setDraft] = useState(EMPTY);
  const set = (part: Partial<typeof EMPTY>) => setDraft((before) => ({ ...before, ...part }));
  const { name, slug, time_zone, ...first_manager } = draft;
  const rename = (next: string) =>
    set({ name: next, ...(slug === slugOf(name) ? { slug: slugOf(next) } : {}) });
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("create.title")}
      submitLabel={t("create.submit")}
      size="lg"
      fields={[...FIELDS, ...FIELDS.map((field) => `first_manager.${field}`)]}
      submit={(key) =>
        unwrap(
          api.POST("/v1/operator/organizations", {
            params: { header: { "Idempotency-Key": key } },
            body: { name, slug, time_zone, first_manager },
          }),
        )
      }
      onDone={(organization) => {
        toastDone(t("create.done", { name: organization.name, email: draft.email }));
        setDraft(EMPTY);
        onCreated(organization);
        void changed();
      }}
    >
      {(reasonFor) => {
        const ofManager = (field: string) => reasonFor(`first_manager.${field}`) ?? reasonFor(field);
        return (
          <>
            <TextInput
              label={t("organizations.name")}
              required
              withAsterisk={false}
              maxLength={80}
              value={name}
              onChange={(event) => rename(event.currentTarget.value)}
              error={reasonFor("name")}
              data-autofocus
            />
            <Group grow align="flex-start">
              <TextInput
                label={t("organizations.slug")}
                description={t("create.slugHint")}
                required
                withAsterisk={false}
                autoComplete="off"
                spellCheck={false}
                maxLength={48}
                value={slug}
                onChange={(event) => set({ slug: event.currentTarget.value })}
                error={reasonFor("slug")}
              />
              <Select
                label={t("organizations.timeZone")}
                description={t("create.zoneHint")}
                searchable
                allowDeselect={false}
                withScrollArea={false}
                styles={{ dropdown: { maxHeight: 260, overflowY: "auto" } }}
                nothingFoundMessage={t("create.noZone")}
                limit={100}
                data={Intl.supportedValuesOf("timeZone")}
                value={time_zone}
                onChange={(zone) => set({ time_zone: zone ?? HERE })}
                error={reasonFor("time_zone")}
              />
            </Group>
            <Fieldset legend={t("create.manager")} radius="md">
              <TextInput
                label={t("team.email")}
                description={t("create.managerHint")}
                type="email"
                required
                withAsterisk={false}
                autoComplete="off"
                value={draft.email}
                onChange={(event) => set({ email: event.currentTarget.value })}
                error={ofManager("email")}
              />
              <Group grow align="flex-start" mt="sm">
                <TextInput
                  label={t("team.firstName")}
                  required
                  withAsterisk={false}
                  autoComplete="off"
                  value={draft.first_name}
                  onChange={(event) => set({ first_name: event.currentTarget.value })}
                  error={ofManager("first_name")}
                />
                <TextInput
                  label={t("team.lastName")}
                  autoComplete="off"
                  value={draft.last_name}
                  onChange={(event) => set({ last_name: event.currentTarget.value })}
                  error={ofManager("last_name")}
                />
              </Group>
            </Fieldset>
          </>
        );
      }}
    </FormDialog>
  );
}
