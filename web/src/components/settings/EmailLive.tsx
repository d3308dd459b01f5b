import { Button, Skeleton, Stack } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { EmailPreview } from "../EmailPreview";
import { ProblemAlert } from "../ProblemAlert";
import { paletteOf } from "./palette";

/** The emails that can be shown. */
type Shown = Schema<"Template"> | "password_code";

/** What a form has entered of what emails show. */
export interface Look {
  name?: string;
  color?: string;
  /** The picture of a logo that is not saved yet; empty for none. */
  logo?: string;
}

const PAUSE_MS = 300;

/** Stands for a logo that is not uploaded yet: the email is drawn with it, and the picture put in its place. */
const UNSAVED_LOGO = "https://logo.invalid/unsaved";

export const emailQuery = (organization: string, template: Shown, look: Look = {}) =>
  queryOptions({
    queryKey: ["organizations", organization, "email-previews", template, look],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/email-previews/{template}", {
          params: { path: { organization, template }, query: queryOf(look) },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

function queryOf({ name, color, logo }: Look) {
  return {
    ...(name?.trim() && { name }),
    ...(color && paletteOf(color) && { color }),
    ...(logo !== undefined && { logo_url: logo && UNSAVED_LOGO }),
  };
}

interface Props {
  organization: string;
  template: Shown;
  look?: Look;
}

/** An email with example values, in what is entered of the organization's look. */
export function EmailLive({ organization, template, look = {} }: Props) {
  const { t } = useTranslation("settings-form");
  const { name, color, logo } = look;
  const [settled] = useDebouncedValue(JSON.stringify({ name, color, logo: logo && UNSAVED_LOGO }), PAUSE_MS);
  const email = useQuery(emailQuery(organization, template, JSON.parse(settled)));
  if (email.isPending) return <Skeleton height={420} radius={12} />;
  if (!email.data) {
    return (
      <Stack align="flex-start">
        <ProblemAlert error={email.error} />
        <Button variant="default" onClick={() => void email.refetch()}>
          {t("retry")}
        </Button>
      </Stack>
    );
  }
  const html = logo ? email.data.html.replaceAll(UNSAVED_LOGO, logo) : email.data.html;
  return (
    <div aria-busy={email.isPlaceholderData}>
      <EmailPreview email={{ ...email.data, html }} />
    </div>
  );
}
