import { ActionIcon, Button, Group, Loader, Stack, Text, Textarea } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type ClipboardEvent, type KeyboardEvent, type Ref, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { useAddressFault } from "~/components/addressFaults";
import { LanguageField } from "~/components/LanguageField";
import { ProblemAlert } from "~/components/ProblemAlert";
import { isInvited, textOf } from "./addresses";
import type { Draft } from "./draft";
import classes from "./NewInvitesScreen.module.css";
import { SeatsNeeded } from "./SeatsNeeded";
import { usePreview } from "./usePreview";

const LONGEST_MESSAGE = 2000;

interface Props {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  back: () => void;
  next: () => void;
}

/** Whom to invite: addresses pasted in any form, what is wrong with some, and a message. */
export function PeopleStep({ draft, set, back, next }: Props) {
  const { t } = useTranslation("invites");
  const [typed, setTyped] = useState("");
  const input = useRef<HTMLTextAreaElement>(null);
  const preview = usePreview(draft, set);
  const add = (text: string) => {
    setTyped("");
    if (text.trim()) set({ addresses: [...draft.addresses, text] });
  };
  const results = new Map((preview.data?.results ?? []).map((result) => [textOf(result), result]));
  const isEmpty = draft.addresses.length === 0 && typed.trim() === "";
  return (
    <form
      className={classes.card}
      onSubmit={(event) => {
        event.preventDefault();
        if (isEmpty) return;
        add(typed);
        next();
      }}
    >
      <Stack>
        <AddressInput
          input={input}
          typed={typed}
          setTyped={setTyped}
          add={add}
          isReading={preview.isFetching}
        />
        <ProblemAlert error={draft.addresses.length > 0 ? preview.error : null} />
        <Looks
          draft={draft}
          results={results}
          replace={(text, by) => set({ addresses: replaced(draft.addresses, text, by) })}
          correct={(text) => {
            set({ addresses: replaced(draft.addresses, text) });
            setTyped(text);
            input.current?.focus();
          }}
        />
        <Chips
          draft={draft}
          results={results}
          remove={(text) => set({ addresses: replaced(draft.addresses, text) })}
        />
        {draft.addresses.length > 0 && preview.data && <SeatsNeeded preview={preview.data} />}
        <Textarea
          label={t("new.message")}
          description={t("new.messageHint")}
          autosize
          minRows={2}
          maxLength={LONGEST_MESSAGE}
          value={draft.message}
          onChange={(event) => set({ message: event.currentTarget.value })}
        />
        <LanguageField value={draft.language} onChange={(language) => set({ language })} />
        <Group justify="flex-end">
          <Button variant="default" onClick={back}>
            {t("new.back")}
          </Button>
          <Button type="submit" disabled={isEmpty}>
            {t("new.review")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Each once: what was just pasted can be there already, until the answer says how often it was named. */
const distinct = (addresses: readonly string[]): string[] => [...new Set(addresses)];

/** Return the addresses without one, or with another in its place. */
function replaced(addresses: readonly string[], text: string, by?: string): string[] {
  return addresses.flatMap((one) => (one === text ? (by === undefined ? [] : [by]) : [one]));
}

interface InputProps {
  input: Ref<HTMLTextAreaElement>;
  typed: string;
  setTyped: (text: string) => void;
  add: (text: string) => void;
  isReading: boolean;
}

function AddressInput({ input, typed, setTyped, add, isReading }: InputProps) {
  const { t } = useTranslation("invites");
  const onPaste = (event: ClipboardEvent) => {
    event.preventDefault();
    add(typed + event.clipboardData.getData("text"));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const ends = event.key === "Enter" || ((event.key === "," || event.key === ";") && typed.includes("@"));
    if (!ends || typed.trim() === "") return;
    event.preventDefault();
    add(typed);
  };
  return (
    <Textarea
      ref={input}
      label={t("new.addresses")}
      description={t("new.addressesHint")}
      autosize
      minRows={2}
      maxRows={6}
      autoComplete="off"
      spellCheck={false}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onPaste={onPaste}
      onKeyDown={onKeyDown}
      onBlur={() => add(typed)}
      rightSection={isReading ? <Loader size="xs" aria-label={t("new.reading")} /> : null}
      data-autofocus
    />
  );
}

interface ChipsProps {
  draft: Draft;
  results: ReadonlyMap<string, Schema<"PreviewedInvite">>;
}

const needsALook = (result: Schema<"PreviewedInvite"> | undefined) =>
  result !== undefined &&
  (result.outcome === "invalid" || result.outcome === "too_many_emails" || result.suggestion !== null);

interface LooksProps extends ChipsProps {
  replace: (text: string, by?: string) => void;
  correct: (text: string) => void;
}

/** The addresses that are wrong, with why, and those that are probably meant otherwise. */
function Looks({ draft, results, replace, correct }: LooksProps) {
  const { t } = useTranslation("invites");
  const faultIn = useAddressFault();
  const looks = distinct(draft.addresses).filter((text) => needsALook(results.get(text)));
  return (
    <div role="status">
      {looks.length > 0 && (
        <ul className={classes.looks} aria-label={t("new.looks")}>
          {looks.map((text) => {
            const result = results.get(text);
            if (!result) return null;
            const { email, suggestion, outcome } = result;
            return (
              <li
                key={text}
                className={classes.look}
                data-tone={outcome === "invalid" ? "failed" : undefined}
              >
                <span className={classes.lookText}>
                  <strong>{email}</strong> {faultIn(result) || t("new.meant")}
                </span>
                <Group gap="xs">
                  {suggestion && (
                    <Button size="compact-sm" variant="default" onClick={() => replace(text, suggestion)}>
                      {t("new.use", { address: suggestion })}
                    </Button>
                  )}
                  {outcome === "invalid" && !suggestion && (
                    <Button size="compact-sm" variant="default" onClick={() => correct(text)}>
                      {t("new.correct")}
                    </Button>
                  )}
                  <Button
                    size="compact-sm"
                    variant="default"
                    onClick={() => replace(text)}
                    aria-label={t("new.remove", { address: email })}
                  >
                    {t("new.removeShort")}
                  </Button>
                </Group>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

/** The addresses that are fine, and how many there are. */
function Chips({ draft, results, remove }: ChipsProps & { remove: (text: string) => void }) {
  const { t } = useTranslation("invites");
  const fine = distinct(draft.addresses).filter((text) => results.get(text)?.outcome !== "invalid");
  if (draft.addresses.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600} mb={6} role="status">
        {t("new.count", { count: fine.length })}
        {draft.repeated > 0 && ` · ${t("new.repeated", { count: draft.repeated })}`}
      </Text>
      <ul className={classes.chips}>
        {fine.map((text) => {
          const result = results.get(text);
          const address = result?.email ?? text;
          const note = result && !isInvited(result) ? ` · ${t(`outcome.${result.outcome}`)}` : "";
          return (
            <li key={text} className={classes.chip} data-tone={note ? "off" : undefined}>
              <span>
                {address}
                {note}
              </span>
              <ActionIcon
                variant="transparent"
                color="inherit"
                c="inherit"
                size="sm"
                aria-label={t("new.remove", { address })}
                onClick={() => remove(text)}
              >
                <IconX size={14} />
              </ActionIcon>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
