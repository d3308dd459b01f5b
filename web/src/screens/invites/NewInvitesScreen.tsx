import { Button, Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { License, Schema } from "~/api/types";
import { ConfirmDialog } from "~/components/ConfirmDialog";
import { clientQuery, groupChoicesQuery } from "~/components/choices";
import { EmptyState } from "~/components/EmptyState";
import { licensesQuery, sublicensesQuery } from "~/components/licenses";
import { Page } from "~/components/Page";
import { ProblemAlert } from "~/components/ProblemAlert";
import { useOrganization } from "~/shell/organization";
import { type Draft, licenseTarget, startIsChoosable, type Target } from "./draft";
import classes from "./NewInvitesScreen.module.css";
import { PeopleStep } from "./PeopleStep";
import { ResultStep } from "./ResultStep";
import { ReviewStep } from "./ReviewStep";
import { newInvitesRoute } from "./routes";
import { TargetStep } from "./TargetStep";

/** Invites people: to what, whom, a review that says what will happen, and what became of each. */
export function NewInvitesScreen() {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  return (
    <Page title={t("new.title")}>
      {organization.may("invite") ? (
        <Loaded />
      ) : (
        <EmptyState title={t("new.notAllowed.title")} text={t("new.notAllowed.text")} />
      )}
    </Page>
  );
}

/** Reads what the link has chosen, so that the form begins with it. */
function Loaded() {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  const chosen = newInvitesRoute.useSearch();
  const licenses = useQuery({ ...licensesQuery(organization.id), enabled: !chosen.client });
  const sublicenses = useQuery({
    ...sublicensesQuery(organization.id, chosen.client ?? ""),
    enabled: chosen.client !== undefined,
  });
  const client = useQuery({
    ...clientQuery(organization.id, chosen.client ?? ""),
    enabled: chosen.client !== undefined,
  });
  const groups = useQuery(groupChoicesQuery(chosen.client ?? organization.id));
  const offered = chosen.client ? sublicenses : licenses;
  const failed = [offered, groups, client].find((query) => query.error && !query.data);
  if (failed) {
    return (
      <Stack align="flex-start">
        <ProblemAlert error={failed.error} />
        <Button variant="default" onClick={() => void failed.refetch()}>
          {t("retry")}
        </Button>
      </Stack>
    );
  }
  if (!offered.data || !groups.data || (chosen.client && !client.data))
    return <Skeleton height={280} radius={12} maw={720} />;
  const begun = begin(
    chosen,
    client.data ?? null,
    offered.data.items,
    groups.data.items,
    organization.require_group ?? false,
  );
  return <Steps key={JSON.stringify(chosen)} begun={begun} />;
}

function begin(
  chosen: { license?: string; group?: string },
  client: Draft["client"],
  licenses: readonly License[],
  groups: readonly Schema<"Group">[],
  groupRequired: boolean,
): Draft {
  const license = licenses.find((one) => one.id === chosen.license);
  const group = groups.find((one) => one.id === chosen.group);
  const targets: Target[] = group ? [group] : license && !groupRequired ? [licenseTarget(license)] : [];
  return {
    client: client && { id: client.id, name: client.name },
    kind: group || groupRequired ? "groups" : "licenses",
    targets,
    start: null,
    addresses: [],
    repeated: 0,
    message: "",
    language: null,
  };
}

const STEPS = ["target", "people", "review"] as const;
type Step = (typeof STEPS)[number];

function Steps({ begun }: { begun: Draft }) {
  const { t } = useTranslation("invites");
  // With the license chosen and no start to choose, there is nothing to ask before the addresses.
  const [step, setStep] = useState<Step>(
    begun.targets.length > 0 && !startIsChoosable(begun) ? "people" : "target",
  );
  const [draft, setDraft] = useState(begun);
  const [results, setResults] = useState<readonly Schema<"InviteResult">[] | null>(null);
  const top = useFocusOnChange(results ? "result" : step);
  const set = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  if (results) {
    return (
      <div ref={top} tabIndex={-1} className={classes.step}>
        <ResultStep
          results={results}
          draft={draft}
          again={() => {
            setDraft({ ...draft, addresses: [], repeated: 0 });
            setResults(null);
            setStep("people");
          }}
        />
      </div>
    );
  }
  return (
    <>
      <ol className={classes.steps}>
        {STEPS.map((one, index) => (
          <li key={one} aria-current={one === step ? "step" : undefined}>
            {STEPS.indexOf(step) > index ? (
              <button type="button" onClick={() => setStep(one)}>
                <span aria-hidden="true">{index + 1}</span> {t(`new.step.${one}`)}
              </button>
            ) : (
              <>
                <span aria-hidden="true">{index + 1}</span> {t(`new.step.${one}`)}
              </>
            )}
          </li>
        ))}
      </ol>
      <div ref={top} tabIndex={-1} className={classes.step}>
        {step === "target" && <TargetStep draft={draft} set={set} next={() => setStep("people")} />}
        {step === "people" && (
          <PeopleStep draft={draft} set={set} back={() => setStep("target")} next={() => setStep("review")} />
        )}
        {step === "review" && (
          <ReviewStep draft={draft} back={() => setStep("people")} onSent={(sent) => setResults(sent)} />
        )}
      </div>
      <Unsent isDirty={draft.addresses.length > 0} />
    </>
  );
}

/** Asks before what was pasted is lost. */
function Unsent({ isDirty }: { isDirty: boolean }) {
  const { t } = useTranslation("invites");
  const blocker = useBlocker({
    shouldBlockFn: () => isDirty,
    enableBeforeUnload: isDirty,
    withResolver: true,
  });
  return (
    <ConfirmDialog
      opened={blocker.status === "blocked"}
      onClose={() => blocker.reset?.()}
      title={t("new.leave.title")}
      confirmLabel={t("new.leave.action")}
      danger
      confirm={async () => blocker.proceed?.()}
    >
      {t("new.leave.text")}
    </ConfirmDialog>
  );
}

/** Move the focus to what has changed, but not when it is first shown. */
function useFocusOnChange(of: string) {
  const element = useRef<HTMLDivElement>(null);
  const before = useRef(of);
  useEffect(() => {
    if (before.current === of) return;
    before.current = of;
    const field = element.current?.querySelector<HTMLElement>("[data-autofocus]");
    (field ?? element.current)?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }, [of]);
  return element;
}
