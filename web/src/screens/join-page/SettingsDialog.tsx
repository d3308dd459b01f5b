import { Checkbox, Radio, Stack, Switch, Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "~/api/problems";
import type { Schema } from "~/api/types";
import { FormDialog } from "~/components/FormDialog";
import { GivesField } from "~/components/gives/GivesField";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { joinPageQuery, saveJoinPage, useJoinPageChanged } from "./queries";
import { draftOf, settingsOf } from "./settings";

interface Props {
  page: Schema<"JoinPage">;
  opened: boolean;
  onClose: () => void;
}

const FULL = ["refuse", "waiting_list"] as const satisfies Schema<"WhenFull">[];

/** All settings of the page: what it gives, to whom, and what happens when no seat is left. */
export function SettingsDialog({ page, opened, onClose }: Props) {
  const { t } = useTranslation("join-page");
  const organization = useOrganization();
  const changed = useJoinPageChanged(organization.id);
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(page));
  const [known, setKnown] = useState(page);
  const [wasOpened, setWasOpened] = useState(opened);
  if (opened !== wasOpened) {
    // Each opening begins with the settings of then; what is loaded meanwhile takes nothing from the form.
    setWasOpened(opened);
    setKnown(page);
    setDraft(draftOf(page));
  }
  const save = async () => {
    const now = await client.fetchQuery({ ...joinPageQuery(organization.id), staleTime: 0 });
    if (JSON.stringify(now) !== JSON.stringify(known)) {
      setKnown(now);
      throw new ApiProblem(409, "stale", t("stale.title"), t("stale.detail"), t("stale.nextAction"));
    }
    return saveJoinPage(organization.id, settingsOf(draft));
  };
  const set = (change: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...change }));
  const prefix = page.url.slice(0, page.url.lastIndexOf("/") + 1).replace(/^https?:\/\//, "");
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("settings.title")}
      submitLabel={t("settings.submit")}
      size="lg"
      fields={["slug", "licenses", "group", "domains", "addresses", "when_full"]}
      submit={save}
      onDone={(saved) => {
        toastDone(saved.enabled ? t("settings.doneOn") : t("settings.doneOff"));
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <Switch
            label={t("settings.enabled")}
            description={t("settings.enabledHint")}
            checked={draft.enabled}
            onChange={(event) => set({ enabled: event.currentTarget.checked })}
          />
          <GivesField
            label={t("settings.gives")}
            description={t("settings.givesHint")}
            organization={organization.id}
            value={draft.gives}
            onChange={(gives) => set({ gives })}
            error={reasonFor("licenses") ?? reasonFor("group")}
          />
          <TextInput
            label={t("settings.slug")}
            description={t("settings.slugHint", { address: prefix + draft.slug })}
            required
            withAsterisk={false}
            autoComplete="off"
            spellCheck={false}
            value={draft.slug}
            onChange={(event) => set({ slug: event.currentTarget.value })}
            error={reasonFor("slug")}
          />
          <Textarea
            label={t("settings.domains")}
            description={t("settings.domainsHint")}
            autosize
            minRows={1}
            maxRows={6}
            spellCheck={false}
            value={draft.domains}
            onChange={(event) => set({ domains: event.currentTarget.value })}
            error={reasonFor("domains")}
          />
          <Textarea
            label={t("settings.addresses")}
            description={t("settings.addressesHint")}
            autosize
            minRows={1}
            maxRows={6}
            spellCheck={false}
            value={draft.addresses}
            onChange={(event) => set({ addresses: event.currentTarget.value })}
            error={reasonFor("addresses")}
          />
          <Checkbox
            label={t("settings.approval")}
            description={t("settings.approvalHint")}
            checked={draft.approval}
            onChange={(event) => set({ approval: event.currentTarget.checked })}
          />
          <Radio.Group
            name="when-full"
            label={t("settings.whenFull")}
            value={draft.whenFull}
            onChange={(value) => set({ whenFull: value as Schema<"WhenFull"> })}
            error={reasonFor("when_full")}
          >
            <Stack gap="xs" mt={6}>
              {FULL.map((one) => (
                <Radio key={one} value={one} label={t(`whenFull.${one}`)} />
              ))}
            </Stack>
          </Radio.Group>
        </>
      )}
    </FormDialog>
  );
}
