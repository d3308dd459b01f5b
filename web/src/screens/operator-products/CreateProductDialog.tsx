import { Radio, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { useProductsChanged } from "./product";

const KINDS: readonly Schema<"ProductKind">[] = ["course", "course_exam_bundle", "subscription"];
const EMPTY: Schema<"NewProduct"> = { name: "", kind: "course", url: "" };

interface Props {
  opened: boolean;
  onClose: () => void;
}

export function CreateProductDialog({ opened, onClose }: Props) {
  const { t } = useTranslation("operator");
  const changed = useProductsChanged();
  const [product, setProduct] = useState(EMPTY);
  const set = (part: Partial<typeof EMPTY>) => setProduct((before) => ({ ...before, ...part }));
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("products.create")}
      submitLabel={t("create.submit")}
      fields={Object.keys(EMPTY)}
      submit={(key) =>
        unwrap(
          api.POST("/v1/operator/products", {
            params: { header: { "Idempotency-Key": key } },
            body: product,
          }),
        )
      }
      onDone={(created) => {
        toastDone(t("products.created", { name: created.name }));
        setProduct(EMPTY);
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <TextInput
            label={t("products.name")}
            required
            withAsterisk={false}
            maxLength={80}
            value={product.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
            error={reasonFor("name")}
            data-autofocus
          />
          <Radio.Group
            label={t("products.kind")}
            description={t("products.kindHint")}
            value={product.kind}
            onChange={(kind) => set({ kind: kind as Schema<"ProductKind"> })}
            error={reasonFor("kind")}
          >
            <Stack gap="xs" mt={6}>
              {KINDS.map((kind) => (
                <Radio
                  key={kind}
                  value={kind}
                  label={t(`products.kindOf.${kind}`)}
                  description={t(`products.start.${kind}`)}
                />
              ))}
            </Stack>
          </Radio.Group>
          <TextInput
            label={t("products.url")}
            description={t("products.urlHint")}
            inputMode="url"
            autoComplete="off"
            spellCheck={false}
            value={product.url}
            onChange={(event) => set({ url: event.currentTarget.value })}
            error={reasonFor("url")}
          />
        </>
      )}
    </FormDialog>
  );
}
