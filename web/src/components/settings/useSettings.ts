import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { ApiProblem } from "~/api/problems";
import type { Organization } from "~/api/types";
import { reloadIdentity } from "~/shell/identity";
import { organizationQuery } from "~/shell/organization";
import { useIdempotencyKey } from "../idempotencyKey";
import { toastDone } from "../toasts";
import { useDraft } from "../useDraft";
import { type LogoDraft, saveLogo } from "./logo";
import { changeOf, type Setting, type Values, valuesOf } from "./values";

const KEPT: LogoDraft = { kind: "kept" };

/** The form of an organization's settings: what is entered, what of it is new, and how it is saved. */
export interface SettingsForm {
  organization: Organization;
  draft: Values;
  set: (change: Partial<Values>) => void;
  logo: LogoDraft;
  setLogo: (logo: LogoDraft) => void;
  isDirty: boolean;
  isSaving: boolean;
  error: unknown;
  reasonFor: (field: Setting) => string | undefined;
  save: () => void;
  discard: () => void;
}

/**
 * Begin with the settings as they are. Only what was changed is sent; what somebody else changed meanwhile is taken
 * over, or, where it is the same setting, said before it is overwritten.
 */
export function useSettings(organization: Organization, onSaved?: () => unknown): SettingsForm {
  const { t } = useTranslation("settings-form");
  const client = useQueryClient();
  const key = useIdempotencyKey();
  const [logo, setLogo] = useState(KEPT);
  const running = useRef(false); // from the first click on, which a double click does not wait for
  const query = organizationQuery(organization.id);
  const form = useDraft({
    thing: organization,
    opened: true,
    draftOf: valuesOf,
    reload: () => client.fetchQuery({ ...query, staleTime: 0 }),
  });
  const command = useMutation({
    mutationFn: async () => {
      await form.save(async ({ known, draft, version }) => {
        const body = changeOf(known, draft);
        if (Object.keys(body).length === 0) return;
        const path = { organization: organization.id };
        const saved = await unwrap(
          api.PATCH("/v1/organizations/{organization}", { params: { path }, body: { ...body, version } }),
        );
        client.setQueryData(query.queryKey, saved);
        if (body.name) void reloadIdentity(); // which the switcher has the name from
      });
      const withLogo = await saveLogo(organization.id, logo, key.value);
      if (withLogo) client.setQueryData(query.queryKey, withLogo);
    },
    onError: key.after,
    onSettled: () => {
      running.current = false;
    },
    onSuccess: () => {
      key.renew();
      setLogo(KEPT);
      toastDone(t("saved"));
      void onSaved?.();
    },
  });
  const { error } = command;
  return {
    organization,
    draft: form.draft,
    set: form.set,
    logo,
    setLogo: (next) => {
      key.changed();
      setLogo(next);
    },
    isDirty: form.isChanged || logo.kind !== "kept",
    isSaving: command.isPending,
    error,
    reasonFor: (field) =>
      (error instanceof ApiProblem ? error.reasonFor(field) : undefined) ?? form.noteFor(field),
    save: () => {
      if (running.current) return;
      running.current = true;
      command.mutate();
    },
    discard: () => {
      form.begin();
      setLogo(KEPT);
      command.reset();
    },
  };
}
