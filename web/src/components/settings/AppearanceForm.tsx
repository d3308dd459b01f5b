import { SegmentedControl, Skeleton, Stack, Textarea } from "@mantine/core";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Organization } from "~/api/types";
import classes from "./AppearanceForm.module.css";
import { ColorField } from "./ColorField";
import { EmailLive } from "./EmailLive";
import { LandingPreview } from "./LandingPreview";
import { LogoField, shownLogo } from "./LogoField";
import { SettingsFrame } from "./SettingsFrame";
import { type SettingsForm, useSettings } from "./useSettings";

const LONGEST_WELCOME = 2000;

interface Props {
  organization: Organization;
  onSaved?: () => unknown;
}

/** Logo, color and welcome of an organization, beside the page and the email as they come out. */
export function AppearanceForm({ organization, onSaved }: Props) {
  const { t } = useTranslation("settings-form");
  const form = useSettings(organization, onSaved);
  const { draft, set } = form;
  return (
    <SettingsFrame form={form} fields={["color", "welcome"]}>
      <div className={classes.columns}>
        <Stack gap="xl" className={classes.fields}>
          <LogoField
            saved={organization.branding.logo_url ?? ""}
            value={form.logo}
            onChange={form.setLogo}
            error={form.error}
          />
          <ColorField
            value={draft.color}
            onChange={(color) => set({ color })}
            error={form.reasonFor("color")}
          />
          <Textarea
            label={t("welcome.label")}
            description={t("welcome.hint")}
            autosize
            minRows={3}
            maxRows={10}
            maxLength={LONGEST_WELCOME}
            value={draft.welcome}
            onChange={(event) => set({ welcome: event.currentTarget.value })}
            error={form.reasonFor("welcome")}
          />
        </Stack>
        <Previews form={form} />
      </div>
    </SettingsFrame>
  );
}

/** What is entered, as people will see it. */
export function Previews({ form }: { form: Pick<SettingsForm, "organization" | "draft" | "logo"> }) {
  const { t } = useTranslation("settings-form");
  const [shown, setShown] = useState("page");
  const { organization, draft, logo } = form;
  const picture = shownLogo(organization.branding.logo_url ?? "", logo);
  return (
    <section className={classes.preview} aria-label={t("preview.label")}>
      <SegmentedControl
        fullWidth
        aria-label={t("preview.label")}
        value={shown}
        onChange={setShown}
        data={[
          { value: "page", label: t("preview.page") },
          { value: "email", label: t("preview.email") },
        ]}
      />
      {shown === "page" ? (
        <figure className={classes.frame} aria-label={t("preview.page")}>
          <Suspense fallback={<Skeleton height={420} />}>
            <LandingPreview
              name={draft.name}
              color={draft.color}
              logo={picture}
              welcome={draft.welcome}
              language={draft.language}
            />
          </Suspense>
        </figure>
      ) : (
        <EmailLive
          organization={organization.id}
          template="invite"
          look={{
            name: draft.name,
            color: draft.color,
            ...(logo.kind !== "kept" && { logo: picture }),
          }}
        />
      )}
    </section>
  );
}
