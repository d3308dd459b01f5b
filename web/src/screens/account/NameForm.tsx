import { Button, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { ApiProblem } from "~/api/problems";
import { session } from "~/api/session";
import { ProblemAlert } from "~/components/ProblemAlert";
import { toastDone } from "~/components/toasts";
import { useOnce } from "~/components/useOnce";
import { useIdentity } from "~/shell/identity";

const FIELDS = ["first_name", "last_name"] as const;
const LONGEST_NAME = 80;

type Name = Record<(typeof FIELDS)[number], string>;

/** The name by which the person is known; what was not typed over follows what another tab saves. */
export function NameForm() {
  const { t } = useTranslation("account");
  const { person } = useIdentity();
  const [typed, setTyped] = useState<Partial<Name>>({});
  const shown: Name = { first_name: person.first_name, last_name: person.last_name, ...typed };
  const save = useSaveName(() => setTyped({}));
  const send = useOnce(save);
  const isChanged = FIELDS.some((field) => shown[field].trim() !== person[field]);
  const reasonFor = (field: string) =>
    save.error instanceof ApiProblem ? save.error.reasonFor(field) : undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) send(shown);
      }}
    >
      <Stack>
        <ProblemAlert error={save.error} besideFields={FIELDS} />
        {FIELDS.map((field) => (
          <TextInput
            key={field}
            label={t(`name.${field}`)}
            description={field === "last_name" ? t("name.optional") : undefined}
            required={field === "first_name"}
            withAsterisk={false}
            maxLength={LONGEST_NAME}
            autoComplete={field === "first_name" ? "given-name" : "family-name"}
            value={shown[field]}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setTyped((before) => ({ ...before, [field]: value }));
            }}
            error={reasonFor(field)}
          />
        ))}
        <div>
          <Button type="submit" loading={save.isPending} disabled={!isChanged}>
            {t("name.save")}
          </Button>
        </div>
      </Stack>
    </form>
  );
}

function useSaveName(onSaved: () => void) {
  const { t } = useTranslation("account");
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (name: Name) => {
      await unwrap(api.PATCH("/v1/me", { body: name }));
      // The token says the former name; commands take the name from it.
      await session.renewEverywhere();
    },
    onSuccess: () => {
      onSaved();
      toastDone(t("name.saved"));
      void client.invalidateQueries();
    },
  });
}
